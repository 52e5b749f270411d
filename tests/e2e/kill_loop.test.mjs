// The broker is killed with SIGKILL at random moments under load, again and again (KILLS, 20 unless set). Whatever a
// client was told before is in the log afterwards, the log only grows, and every question that was open is closed.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';

import { assertion, clientFiles, connect, encodeQuery, hotlistCheck, v1 } from './client.mjs';
import { merkleRoot } from './log.mjs';
import { assertWholeCourse, Region, until } from './region.mjs';

const kills = Number(process.env.KILLS ?? 20);
const deadlineSeconds = 8;
const askers = [['rivertown_pd', 'r-10'], ['oakfield_so', 'o-20'], ['hill_county_so', 'h-30']]
  .flatMap((asker) => [asker, asker]);

let region;
before(async () => { region = await Region.start(); });
after(() => region?.stop());

const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const hex = (bytes) => Buffer.from(bytes).toString('hex');

// What one question's client was told, in the order of arrival.
class Told {
  accept({ query_id: id, intent }) {
    this.queryId = hex(id);
    this.intent = intent;
  }

  results = [];
  complete = null;

  take(event) {
    if (event.accepted) this.accept(event.accepted);
    if (event.owner_result) this.results.push(event.owner_result);
    if (event.complete) {
      this.complete = event.complete;
      this.queryId ??= hex(event.complete.query_id);
    }
  }
}

// One client that asks question after question until it is told to stop; keeps all that it hears.
class Asker {
  constructor(agency, person, told, onEvent) {
    Object.assign(this, { agency, person, told, onEvent, stopped: false });
    this.files = clientFiles(region, agency);
  }

  async run() {
    const client = connect(v1.QueryService, region.brokerAddress(), this.files);
    try {
      while (!this.stopped) if (!await this.askOnce(client)) return;
    } finally {
      client.close();
    }
  }

  // Returns false when the hub is gone.
  async askOnce(client) {
    const query = encodeQuery(hotlistCheck('delta', this.person, this.agency));
    const token = await assertion(region.path('run', `issuer-${this.agency}.sock`), this.person, query, this.files.cert);
    const told = new Told();
    const failed = await new Promise((resolve) => {
      const call = client.Ask({ signed_query: { query, assertion: token } },
        { deadline: Date.now() + deadlineSeconds * 1000 });
      call.on('data', (event) => {
        told.take(event);
        this.onEvent(event);
      });
      call.on('error', resolve);
      call.on('end', () => resolve(null));
    });
    if (told.queryId) this.told.push(told);
    if (!failed) {
      // Without nodes a question costs nothing; the log would fill with those.
      if (told.results.every((result) => result.outcome === 'ANSWER_OUTCOME_OFFLINE')) await sleep(100);
      return true;
    }
    assert.ok([grpc.status.UNAVAILABLE, grpc.status.CANCELLED].includes(failed.code), failed.message);
    return false;
  }
}

// A proof of the log that a client was given: the entry stands in the log at its index, byte by byte.
function assertInLog(log, proof, queryId, type) {
  const entry = log[proof.index];
  assert.ok(entry, `entry ${proof.index} is in the log of ${log.length}`);
  assert.equal(hex(entry.leaf), hex(proof.leaf), `entry ${proof.index} is the one that was promised`);
  assert.equal(entry.query_id, queryId);
  if (type) assert.equal(entry.type, type);
}

// The checkpoint's (size, root) that a client was given is that of a beginning of the log.
function assertPrefix(log, note) {
  const [, size, root] = note.split('\n');
  const leaves = log.slice(0, Number(size)).map((entry) => entry.leaf);
  assert.equal(leaves.length, Number(size), 'the log is not shorter than a checkpoint that was shown');
  assert.equal(merkleRoot(leaves).toString('base64'), root);
}

function assertKept(log, told) {
  if (told.intent) assertInLog(log, told.intent, told.queryId, 'INTENT');
  for (const result of told.results) {
    if (result.outcome !== 'ANSWER_OUTCOME_RELEASED') continue;
    const entry = log[result.log_index];
    assert.equal(entry?.type, 'RELEASE', `released by ${result.owner} at ${result.log_index}`);
    assert.equal(entry.query_id, told.queryId);
    assert.deepEqual(entry.owners, [result.owner]);
  }
  for (const proof of told.complete?.receipt.entries ?? []) assertInLog(log, proof, told.queryId);
}

// Every question of the log is whole: one INTENT, one closer per owner, exactly one CLOSE at the end.
function assertAllClosed(log) {
  const courses = new Map();
  for (const entry of log) {
    if (!['INTENT', 'RELEASE', 'REFUSE', 'HOLD', 'TIMEOUT', 'CLOSE'].includes(entry.type)) continue;
    if (!courses.has(entry.query_id)) courses.set(entry.query_id, []);
    courses.get(entry.query_id).push(entry);
  }
  for (const course of courses.values()) assertWholeCourse(course);
  return courses;
}

async function killBroker() {
  const [pid] = fs.readFileSync(region.path('run/broker.pid'), 'utf8').split(' ');
  process.kill(Number(pid), 'SIGKILL');
  await until('end of the broker', () => {
    try {
      return /^State:\s*[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return true;
    }
  });
}

// Load until some owner has released an answer in this round, and for a random moment more.
async function killUnderLoad(told) {
  let released = 0;
  const clients = askers.map(([agency, person]) => new Asker(agency, person, told, (event) => {
    if (event.owner_result?.outcome === 'ANSWER_OUTCOME_RELEASED') released += 1;
  }));
  const running = clients.map((client) => client.run());
  // Nodes that lost their tunnel come back after a pause of their own; a kill in that time is as good.
  const patience = Date.now() + 1500;
  while (released === 0 && Date.now() < patience) await sleep(20);
  await sleep(crypto.randomInt(600));
  await killBroker();
  for (const client of clients) client.stopped = true;
  await Promise.all(running);
  return released;
}

test(`${kills} kills under load lose nothing that was told`, { timeout: kills * 20_000 }, async (t) => {
  const told = [];
  let interrupted = 0;
  let released = 0;
  let withRelease = 0;
  let size = 0;
  for (let kill = 1; kill <= kills; kill += 1) {
    const since = told.length;
    const heard = await killUnderLoad(told);
    released += heard;
    if (heard > 0) withRelease += 1;
    await region.startProcess('broker');
    const log = region.log();
    assert.ok(log.length > size, 'the log goes on');
    size = log.length;
    for (const one of told) assertKept(log, one);
    const notes = told.slice(since).filter((each) => each.complete).map((each) => each.complete.receipt.checkpoint);
    for (const note of notes.slice(-3)) assertPrefix(log, note);
    const courses = assertAllClosed(log);
    for (const one of told) assert.ok(courses.has(one.queryId), `kill ${kill}: ${one.queryId} is in the log`);
    interrupted = log.filter((entry) => entry.type === 'CLOSE' && entry.outcome === 'interrupted').length;
    const { code, json } = await region.hubctl('rivertown_pd', 'audit', 'fsck', region.path('broker/data/log'));
    assert.equal(code, 0, JSON.stringify(json));
  }
  t.diagnostic(`${kills} kills, ${withRelease} of them after a release, ${size} entries, ${told.length} questions, ` +
    `${released} released answers, ${interrupted} questions interrupted`);
  assert.ok(interrupted > 0, 'some kill met an open question');
  assert.ok(withRelease > kills / 4, 'many a kill came while answers were released');
});

test('afterwards the log goes on, and the files stand for the same tree', async () => {
  const before = region.log();
  const { json } = await region.hubctl('rivertown_pd', 'hotlist', 'check', 'BCD204', '--state', 'CO', '--purpose', 'D-felony',
    '--warrant', 'W-9', '--reason', 'car seen leaving burgled farm');
  assertWholeCourse(await region.entriesOf(json.query_id));
  const log = region.log();
  assert.ok(log.length > before.length);
  assert.deepEqual(log.slice(0, before.length).map((entry) => hex(entry.leaf)), before.map((entry) => hex(entry.leaf)));
});

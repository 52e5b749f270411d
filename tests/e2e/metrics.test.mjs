// Both servers' metrics are clean, complete and documented; and nothing personal is in them, in a process log, or in any
// file of a server (I11).
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { groupOf, holdsHotlistEntries, metrics, post } from './camera.mjs';
import { askAs, clientFiles, ask } from './client.mjs';
import { bin, command, outcomeOf, Region, repository, until } from './region.mjs';

let region;
const servers = { broker: 'broker', agency_node: 'river-a' };
const scraped = {};

// What would be found if anything leaked. They are asked with, posted, booked and listed.
const letters = (length) => Array.from(crypto.randomBytes(length), (byte) => 'BCDFGHJKLMNPQRSTVWXZ'[byte % 20]).join('');
const plate = letters(8);
const postedPlate = letters(8);
const listedPlate = 'PQR119';  // on oakfield's hotlist, which hill county's node matches against
const caseNumber = `D${crypto.randomInt(10_000_000, 100_000_000)}`;
const reasonWord = letters(11).toLowerCase();
const question = ['--state', 'CO', '--purpose', 'D-felony', '--complaint', caseNumber, '--reason',
  `car of ${reasonWord} seen leaving burgled farm`];

before(async () => {
  region = await Region.start();
  await askEverything();
  for (const [server, process] of Object.entries(servers)) scraped[server] = await metrics(region, process);
});
after(() => region?.stop());

const bookedNames = () => fs.readFileSync(region.path('nodes/river-a/faces/bookings.csv'), 'utf8').trim().split('\n')
  .slice(1).map((line) => line.split(',')[2]);

// A question that is held, and an approver's reason.
async function holdAndGrant(lookup) {
  const held = await region.hubctl('rivertown_pd', ...lookup, '--owner', 'hill_county_so');
  assert.equal(held.code, 4, JSON.stringify(held.json));
  const granted = await region.hubctl('hill_county_so', '--person', 'h-31', 'approvals', 'grant',
    outcomeOf(held.json, 'hill_county_so').hold_id, '--key', region.path('keys/hill_county_so/head.pem'), '--key-id',
    'head', '--reason', `${reasonWord} confirmed by phone`);
  assert.equal(granted.code, 0, JSON.stringify(granted.json));
}

// Every kind of question, allowed and refused, and bad ones; all with the markers.
async function askEverything() {
  const probe = region.path('probe.jpg');
  await command(path.join(bin, 'tests/faces/render_faces'), ['--identity-seed', '7', '--capture-seed', '8', '--out', probe]);
  const day = (offset) => new Date(Date.now() + offset * 86400_000).toISOString().slice(0, 10);
  assert.equal((await post(region, 'river-a', await groupOf(region, postedPlate))).body.status, 'stored');
  assert.equal((await post(region, 'river-a', await groupOf(region, postedPlate, { camera_id: 99 }))).status, 422);
  await post(region, 'river-a', `{"best_plate_number": "${postedPlate}"`);
  assert.equal((await region.hubctl('hill_county_so', 'hotlist', 'check', plate, ...question)).code, 0);
  const found = await region.hubctl('oakfield_so', 'plate', 'lookup', postedPlate, '--from', day(-3), '--to', day(1), ...question);
  assert.equal(typeof found.code, 'number');
  const compare = ['--purpose', 'D-face-lead', '--complaint', caseNumber, '--reason', `${reasonWord} robbed grain store`,
    '--fact', 'case_state=open', '--fact', 'subject_role=suspect'];
  assert.equal((await region.hubctl('oakfield_so', 'face', 'compare', probe, ...compare)).code >= 0, true);
  assert.equal((await region.hubctl('delta_health', 'face', 'compare', probe, ...compare)).code, 3);
  await holdAndGrant(['plate', 'lookup', postedPlate, '--from', day(-3), '--to', day(1), ...question]);
  await holdsHotlistEntries(region, 'hill-a', 4);
  assert.equal((await post(region, 'hill-a', await groupOf(region, listedPlate))).body.status, 'stored');
  // Bad ones: a purpose, an agency and a fact that nobody has, used as a place to put a name.
  const odd = { identifier: { kind: 1, value: caseNumber }, reason: reasonWord, hotlist_check: { plate: { text: plate, state: 'CO' } } };
  for (const changes of [{ purpose: plate }, { owners: [reasonWord] }, { facts: [{ name: plate, value: reasonWord }] },
    { identifier: { kind: 4, value: caseNumber, other_name: reasonWord } }, { officer: reasonWord }]) {
    await askAs(region, 'rivertown_pd', 'r-10', { ...odd, ...changes });
  }
  const files = clientFiles(region, 'rivertown_pd');
  await ask(region.brokerAddress(), files, { query: Buffer.from(`${plate} ${reasonWord}`), assertion: caseNumber });
  await until('metrics that are up to date', async () =>
    /^fusionhub_plate_reads_total\{result="accepted"\} 1/m.test(await metrics(region, 'river-a')) &&
    !/^fusionhub_audit_log_entries 0/m.test(await metrics(region, 'broker')));
}

// {name: type} of a scrape.
const familiesOf = (text) => Object.fromEntries([...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map((match) => [match[1], match[2]]));

// {name: {type, labels}} of docs/metrics.md's table for a server.
function documented(server) {
  const heading = { broker: 'Broker', agency_node: 'Node' }[server];
  const text = fs.readFileSync(path.join(repository, 'docs/metrics.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  return Object.fromEntries([...section.matchAll(/^\| `(\w+)` \| (\w+) \|([^|]*)\|/gm)].map(([, name, type, labels]) =>
    [name, { type, labels: [...labels.matchAll(/`(\w+)`/g)].map((match) => match[1]).sort() }]));
}

for (const server of Object.keys(servers)) {
  describe(server, () => {
    test('promtool finds nothing to say', async () => {
      const child = spawn('promtool', ['check', 'metrics']);
      let output = '';
      child.stdout.on('data', (bytes) => { output += bytes; });
      child.stderr.on('data', (bytes) => { output += bytes; });
      child.stdin.end(scraped[server]);
      assert.equal(await new Promise((resolve) => { child.on('exit', resolve); }), 0, output);
      assert.equal(output.trim(), '');
    });

    test('every family that is declared is documented with its type, and no other', () => {
      const source = fs.readFileSync(path.join(repository, server, 'metrics.cc'), 'utf8');
      const declared = Object.fromEntries([...source.matchAll(/(Counter|Gauge|Histogram)s\(\s*"(fusionhub_\w+)"/g)]
        .map(([, kind, name]) => [name, kind.toLowerCase()]));
      const types = Object.fromEntries(Object.entries(documented(server)).map(([name, { type }]) => [name, type]));
      assert.deepEqual(types, declared);
    });

    test('every family that is served is documented with its labels', () => {
      const docs = documented(server);
      for (const [name, type] of Object.entries(familiesOf(scraped[server]))) {
        if (/^(exposer|process)_/.test(name)) continue;
        assert.equal(docs[name]?.type, type, name);
        for (const [, labels] of scraped[server].matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'))) {
          const names = [...labels.matchAll(/(\w+)="/g)].map((match) => match[1]).filter((label) => label !== 'le').sort();
          assert.deepEqual(names, docs[name].labels, name);
        }
      }
    });
  });
}

test('what the operator needs is there, with values', () => {
  const has = (server, pattern) => assert.match(scraped[server], pattern);
  has('broker', /^fusionhub_queries_total\{outcome="answered"\} [1-9]/m);
  has('broker', /^fusionhub_queries_total\{outcome="refused"\} [1-9]/m);
  has('broker', /^fusionhub_refusals_total\{clause="[A-Z]+#[^"]+"\} [1-9]/m);
  has('broker', /^fusionhub_owner_outcomes_total\{agency="oakfield_so",outcome="released"\} [1-9]/m);
  has('broker', /^fusionhub_fanout_owner_duration_seconds_count\{agency="rivertown_pd"\} [1-9]/m);
  has('broker', /^fusionhub_audit_log_entries [1-9]/m);
  has('broker', /^fusionhub_audit_append_duration_seconds_count [1-9]/m);
  has('broker', /^fusionhub_alerts_total\{agency="hill_county_so"\} \d/m);
  has('broker', /^fusionhub_unidentified_calls_total\{reason="\w+"\} [1-9]/m);
  for (const [agency, node] of [['rivertown_pd', 'river-a'], ['oakfield_so', 'oak-a'], ['hill_county_so', 'hill-a']]) {
    has('broker', new RegExp(`^fusionhub_tunnel_connected\\{agency="${agency}",node="${node}"\\} 1$`, 'm'));
  }
  has('agency_node', /^fusionhub_node_tunnel_connected 1$/m);
  has('agency_node', /^fusionhub_node_kept_log_entries [1-9]/m);
  has('agency_node', /^fusionhub_plate_reads_total\{result="accepted"\} 1$/m);
  has('agency_node', /^fusionhub_plate_reads_total\{result="unknown_reader"\} 1$/m);
  has('agency_node', /^fusionhub_node_orders_total\{data="hotlist_entries",outcome="released"\} [1-9]/m);
  for (const text of Object.values(scraped)) {
    const expiry = Number(/^fusionhub_tls_certificate_expiry_timestamp_seconds (\S+)$/m.exec(text)[1]);
    assert.ok(expiry > Date.now() / 1000, 'the certificate is still good');
  }
});

test('labels are short words, and there are few of them', () => {
  for (const text of Object.values(scraped)) {
    const values = new Set([...text.matchAll(/(\w+)="([^"]*)"/g)].filter((match) => match[1] !== 'le').map((match) => match[2]));
    for (const value of values) assert.match(value, /^[A-Za-z0-9_.#/-]{1,64}$/);
    assert.ok(values.size < 100, [...values].join(' '));
  }
});

// Every file below a folder.
function* filesBelow(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(file);
    else if (entry.isFile()) yield file;
  }
}

describe('nothing personal (I11)', () => {
  const folders = () => [region.path('broker/data'), region.path('broker/signer'),
    ...fs.readdirSync(region.path('nodes')).map((node) => region.path('nodes', node, 'data'))];
  const processLogs = () => fs.readdirSync(region.path('run')).filter((name) => name.endsWith('.log'))
    .map((name) => region.path('run', name));
  const markers = () => [plate, postedPlate, listedPlate, caseNumber, reasonWord, ...bookedNames()];

  // How a word looks inside base64 of a longer text, for its three possible places; too short to tell: none.
  const base64Forms = (word) => [0, 1, 2].map((shift) => {
    const text = Buffer.from('\0'.repeat(shift) + word).toString('base64').replace(/=+$/, '');
    return text.slice([0, 2, 3][shift], (shift + Buffer.byteLength(word)) % 3 === 0 ? undefined : -1);
  }).filter((form) => form.length >= 7);

  function assertNone(what, bytes, words = markers()) {
    const text = Buffer.isBuffer(bytes) ? bytes.toString('latin1') : bytes;
    const lower = text.toLowerCase();
    for (const word of words) {
      assert.ok(!lower.includes(word.toLowerCase()), `${word} is in ${what}`);
      assert.ok(!lower.includes(Buffer.from(word).toString('hex')), `${word} is in ${what} as hexadecimal`);
      for (const form of base64Forms(word)) assert.ok(!text.includes(form), `${word} is in ${what} as base64`);
    }
  }

  test('in metrics', () => {
    for (const [server, text] of Object.entries(scraped)) assertNone(`the metrics of ${server}`, text);
  });

  test('in process logs, which also name no person', () => {
    for (const file of processLogs()) {
      assertNone(file, fs.readFileSync(file), [...markers(), 'r-10', 'o-20', 'h-30', 'd-40']);
    }
  });

  test('in any file of broker and nodes: store, write-ahead log, tiles', async () => {
    let files = 0;
    for (const folder of folders()) {
      for (const file of filesBelow(folder)) {
        assertNone(file, fs.readFileSync(file));
        files += 1;
      }
    }
    assert.ok(files > 20, `${files} files were searched`);
  });

  test('also not after the processes have stopped, which writes what was in memory', async () => {
    await region.stopProcess('river-a');
    await region.stopProcess('broker');
    for (const folder of folders()) for (const file of filesBelow(folder)) assertNone(file, fs.readFileSync(file));
    for (const file of processLogs()) assertNone(file, fs.readFileSync(file));
  });

  test('the search itself finds what is there', () => {
    const file = region.path('nodes/river-a/data/planted');
    fs.writeFileSync(file, `xx${plate}xx`);
    assert.throws(() => assertNone(file, fs.readFileSync(file)));
    for (const prefix of ['', 'a', 'ab']) {
      assert.throws(() => assertNone('base64', Buffer.from(`${prefix}${reasonWord} and more`).toString('base64')));
    }
    fs.rmSync(file);
  });
});

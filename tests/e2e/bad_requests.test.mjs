// Bad probes and bad hotlists, beside the clients and bodies of bad_input and webhook: each owner says what is wrong and
// what would help, the refusal is in the log, and everybody else is unaffected.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { after, afterEach, before, describe, test } from 'node:test';

import { askAs } from './client.mjs';
import { assertWholeCourse, bin, command, outcomeOf, Region } from './region.mjs';

let region;
before(async () => { region = await Region.start(); });
after(() => region?.stop());

const seed = () => String(crypto.randomInt(2 ** 31));

async function render(...args) {
  const file = region.path(`probe-${crypto.randomUUID()}.jpg`);
  const { code, stderr } = await command(path.join(bin, 'tests/faces/render_faces'), [...args, '--out', file]);
  assert.equal(code, 0, stderr);
  return fs.readFileSync(file);
}

const checkPlate = (...args) => region.hubctl('hill_county_so', 'hotlist', 'check', 'BCD204', '--state', 'CO', '--purpose',
  'D-felony', '--complaint', 'D12345', '--reason', 'car seen leaving burgled farm', ...args);

function chunk(type, data) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type), data]);
  let crc = 0xffffffff;
  for (const byte of body) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(~crc >>> 0);
  return Buffer.concat([length, body, tail]);
}

// A PNG whose header announces `width` x `height` grey pixels and whose data inflates to `rows` black rows.
function png(width, height, rows) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header),
    chunk('IDAT', zlib.deflateSync(Buffer.alloc(rows * (width + 1)))), chunk('IEND', Buffer.alloc(0))]);
}

describe('face comparison', () => {
  // Whatever the probe did to a node, the same node answers the next question.
  afterEach(async () => {
    const { code, json } = await checkPlate('--owner', 'rivertown_pd');
    assert.equal(code, 0, JSON.stringify(json));
  });

  async function compare(image, changes = {}) {
    const { events, code, reason, details, fix } = await askAs(region, 'oakfield_so', 'o-20', {
      purpose: 'D-face-lead',
      reason: 'masked man robbed grain store',
      facts: [{ name: 'case_state', value: 'open' }, { name: 'subject_role', value: 'suspect' }],
      owners: ['rivertown_pd'],
      hotlist_check: undefined,
      face_comparison: { image, ...changes },
      deadline_ms: 15000,
    });
    return { complete: events.at(-1)?.complete, code, reason, details, fix };
  }

  const river = (complete) => complete.outcomes.find((line) => line.owner === 'rivertown_pd');

  async function assertProbeRefused(image, word, pattern, changes) {
    const { complete, details } = await compare(image, changes);
    assert.ok(complete, details);
    const { outcome, explanation } = river(complete);
    assert.equal(outcome, 'ANSWER_OUTCOME_REFUSED', JSON.stringify(explanation));
    const [failure] = explanation.failures;
    assert.equal(failure.check, 'probe');
    assert.ok(failure.seen.startsWith(`${word}: `), failure.seen);
    assert.match(failure.seen, pattern);
    assert.equal(failure.fixable_by, 'requester');
    const entries = await region.entriesOf(complete.query_id.toString('hex'));
    assertWholeCourse(entries);
    assert.equal(entries.find((entry) => entry.type === 'REFUSE').owners[0], 'rivertown_pd');
  }

  const refused = [
    ['text', 'IMAGE_NOT_JPEG_OR_PNG', /JPEG|PNG/, () => Buffer.from('this is not an image at all, only words')],
    ['a GIF', 'IMAGE_NOT_JPEG_OR_PNG', /JPEG|PNG/, () => Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(500)])],
    ['a JPEG that is cut off', 'IMAGE_BROKEN', /./, async () => {
      const whole = await render('--identity-seed', seed(), '--capture-seed', seed());
      return whole.subarray(0, Math.floor(whole.length * 0.6));
    }],
    ['only the first bytes of a JPEG', 'IMAGE_BROKEN', /./,
      async () => (await render('--identity-seed', seed(), '--capture-seed', seed())).subarray(0, 20)],
    ['a scene without a face', 'NO_FACE', /face/, () => render('--nobody', '--capture-seed', seed())],
    ['two faces side by side', 'SEVERAL_FACES', /face/,
      () => render('--identity-seed', '1', '--second-identity-seed', '2', '--capture-seed', '5')],
    ['a header of 900 megapixels over nothing', 'IMAGE_TOO_MANY_PIXELS', /pixel/, () => png(30_000, 30_000, 1)],
    ['400 megapixels that really inflate, in under half a megabyte', 'IMAGE_TOO_MANY_PIXELS', /pixel/,
      () => png(20_000, 20_000, 20_000)],
    ['fewer rows than announced', 'IMAGE_BROKEN', /./, () => png(1000, 1000, 10)],
    ['an image of 8 pixels', 'IMAGE_TOO_SMALL', /pixel/, () => png(8, 8, 8)],
  ];
  for (const [what, word, pattern, make] of refused) {
    test(`${what}: ${word}`, async () => assertProbeRefused(await make(), word, pattern));
  }

  test('a box outside the image: BOX_INVALID', async () => {
    const image = await render('--identity-seed', seed(), '--capture-seed', seed());
    await assertProbeRefused(image, 'BOX_INVALID', /box/, { box: { x: 5000, y: 5000, width: 100, height: 100 } });
  });

  for (const [what, image, changes] of [
    ['above 2 MiB', () => Buffer.concat([Buffer.from('ffd8ff', 'hex'), crypto.randomBytes(2 << 20)]), {}],
    ['without a byte', () => Buffer.alloc(0), {}],
    ['with more candidates than allowed', () => png(100, 100, 100), { max_candidates: 51 }]]) {
    test(`${what}: refused at the hub's door, and no owner is asked`, async () => {
      const { code, reason, details, fix } = await compare(image(), changes);
      assert.equal(code, 'INVALID_ARGUMENT', details);
      assert.equal(reason, 'QUERY_MALFORMED');
      assert.match(details, /face_comparison/);
      assert.ok(fix);
    });
  }
});

describe('hotlist files', () => {
  const header = 'entry_id,plate,state,category,entered_at,confirmed_at,vehicle';
  const hours = (ago) => new Date(Date.now() - ago * 3600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const row = (n, changes = {}) => Object.values({ entry_id: `river-${n}`, plate: n === 0 ? 'BCD204' : `OKK${100 + n}`,
    state: 'CO', category: 'stolen_vehicle', entered_at: hours(30), confirmed_at: hours(2), vehicle: 'red Mazda',
    ...changes }).join(',');
  const good = (count) => Array.from({ length: count }, (_, n) => row(n));
  const file = () => region.path('nodes/river-a/hotlist.csv');
  const processLog = () => fs.readFileSync(region.path('run/river-a.log'), 'utf8');
  let original;
  before(() => { original = fs.readFileSync(file()); });

  // Puts a list in place of the node's own and starts it again; returns what its process log says since.
  async function restartWith(lines) {
    await region.stopProcess('river-a');
    fs.writeFileSync(file(), [...lines, ''].join('\n'));
    const from = processLog().length;
    try {
      await region.startProcess('river-a');
      return { log: processLog().slice(from) };
    } catch (error) {
      return { error: error.message, log: processLog().slice(from) };
    }
  }

  // The other owner's list is what it was.
  async function assertOthersAnswer() {
    const { json } = await checkPlate('--owner', 'oakfield_so');
    assert.equal(outcomeOf(json, 'oakfield_so').outcome, 'released', JSON.stringify(json));
  }

  test('some broken lines: each is named by number and column, never by content; the rest is in use', async () => {
    const { log, error } = await restartWith([header, ...good(20), row(20, { plate: 'SECRETPLATE99' }),
      row(21, { category: 'hearsay' }), row(22, { confirmed_at: 'yesterday' })]);
    assert.equal(error, undefined);
    for (const [line, column] of [[22, 'plate'], [23, 'category'], [24, 'confirmed_at']]) {
      const said = log.split('\n').filter(Boolean).map((text) => JSON.parse(text))
        .find((entry) => JSON.stringify(entry).includes(column) && (entry.line === line || entry.msg.includes(`line ${line}`)));
      assert.ok(said, `line ${line}, ${column} in ${log}`);
    }
    for (const content of ['SECRETPLATE99', 'hearsay', 'yesterday']) assert.ok(!log.includes(content), content);
    const { code, json } = await checkPlate();
    assert.equal(code, 0, JSON.stringify(json));
    assert.equal(json.results.find((result) => result.owner === 'rivertown_pd').records.length, 1);
  });

  for (const [what, lines] of [
    ['mostly broken lines', () => [header, ...good(2), ...Array.from({ length: 8 }, () => 'what,is,this')]],
    ['another header', () => ['plate;state', 'BCD204;CO']],
    ['no list but bytes', () => [crypto.randomBytes(3000).toString('latin1')]],
  ]) {
    test(`${what}: not taken, said why, and others answer`, async () => {
      const { error, log } = await restartWith(lines());
      await assertOthersAnswer();
      // Either the node does not start, or it runs without this list; it never answers from it.
      assert.match(error ?? log, /hotlist\.csv|hotlist/);
      assert.match(error ?? log, /broken|header|column|line/);
      if (!error) {
        const { json } = await checkPlate('--owner', 'rivertown_pd');
        assert.notEqual(json.results?.[0]?.records?.length, 1, JSON.stringify(json));
      }
    });
  }

  test('with its old list back the node answers again', async () => {
    await region.stopProcess('river-a');
    fs.writeFileSync(file(), original);
    await region.startProcess('river-a');
    const { code, json } = await checkPlate();
    assert.equal(code, 0, JSON.stringify(json));
  });
});

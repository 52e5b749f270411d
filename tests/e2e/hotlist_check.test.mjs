// Outcome 1: a hotlist check asks every owner whose terms allow; answers, refusals and silence are listed per agency.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';

import { assertWholeCourse, Region, withoutFaces } from './region.mjs';

let region;
before(async () => { region = await Region.start(withoutFaces); });
after(() => region?.stop());

const question = ['hotlist', 'check', 'bcd 204', '--state', 'CO', '--purpose', 'D-felony', '--complaint', 'D12345',
  '--reason', 'car seen leaving burgled farm'];

test('every owner of hotlists answers, with its own entry and the fields its terms list', async () => {
  const { code, json } = await region.hubctl('hill_county_so', ...question);
  assert.equal(code, 0, JSON.stringify(json));
  for (const [owner, vehicle] of [['rivertown_pd', 'red 2014 Mazda 3'], ['oakfield_so', 'red Mazda']]) {
    const result = json.results.find((line) => line.owner === owner);
    assert.equal(result.outcome, 'released');
    assert.equal(result.records.length, 1);
    const { fields } = result.records[0];
    assert.equal(fields.category, 'stolen_vehicle');
    assert.equal(fields.vehicle, vehicle);
    assert.deepEqual(Object.keys(fields).filter((name) => !['plate', 'state', 'category', 'entered_at', 'confirmed_at',
      'vehicle'].includes(name)), []);
    assert.ok(result.clauses.includes('CHARTER#4'));
  }
  assert.deepEqual(json.outcomes.map((line) => line.owner).sort(), ['oakfield_so', 'rivertown_pd']);
  assert.equal(json.receipt.verified, true);
  assert.equal(json.test_mode, true);
});

test('the log alone shows the question, each owner\'s answer and the end', async () => {
  const { json } = await region.hubctl('hill_county_so', ...question);
  const entries = await region.entriesOf(json.query_id);
  assertWholeCourse(entries);
  assert.equal(entries[0].type, 'INTENT');
  assert.deepEqual(entries[0].owners, ['oakfield_so', 'rivertown_pd']);
  assert.equal(entries[0].data, 'hotlist_entries');
  assert.equal(entries.filter((entry) => entry.type === 'RELEASE').length, 2);
});

test('the log holds nothing of the plate, the case, the reason or the person', async () => {
  await region.hubctl('hill_county_so', ...question);
  const leaves = Buffer.concat(region.log().map((entry) => entry.leaf)).toString('latin1');
  for (const secret of ['BCD204', 'bcd 204', 'D12345', 'burgled', 'h-30']) assert.ok(!leaves.includes(secret), secret);
});

test('only the owners that are named are asked', async () => {
  const { code, json } = await region.hubctl('hill_county_so', ...question, '--owner', 'oakfield_so');
  assert.equal(code, 0);
  assert.deepEqual(json.outcomes.map((line) => line.owner), ['oakfield_so']);
  assert.deepEqual((await region.entriesOf(json.query_id))[0].owners, ['oakfield_so']);
});

test('a saved receipt verifies offline, and not after one byte of an answer is changed', async () => {
  const file = region.path('receipt.json');
  await region.hubctl('hill_county_so', ...question, '--save-receipt', file);
  const checked = await region.hubctl('hill_county_so', 'audit', 'verify-receipt', file);
  assert.equal(checked.code, 0, JSON.stringify(checked.json));
  const receipt = JSON.parse(fs.readFileSync(file, 'utf8'));
  const field = receipt.results.find((result) => result.owner === 'oakfield_so').answer.answer.records[0].fields
    .find((entry) => entry.name === 'category');
  field.value = Buffer.from('felony_vehicle').toString('base64');
  fs.writeFileSync(file, JSON.stringify(receipt));
  const spoiled = await region.hubctl('hill_county_so', 'audit', 'verify-receipt', file);
  assert.equal(spoiled.code, 20);
  assert.ok(spoiled.json.findings.some((finding) => finding.check === 'answer'), JSON.stringify(spoiled.json));
});

test('for people, every line says test mode', async () => {
  const { code, stdout } = await region.hubctlText('hill_county_so', ...question);
  assert.equal(code, 0);
  const lines = stdout.trim().split('\n');
  assert.ok(lines.length > 10);
  for (const line of lines) assert.match(line, /^TEST MODE/);
});

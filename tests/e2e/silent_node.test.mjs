// Outcome 8: one node is stopped; the others' answers arrive in time and the statement names the silent one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { assertWholeCourse, outcomeOf, Region, withoutFaces } from './region.mjs';

let region;
before(async () => { region = await Region.start(withoutFaces); });
after(() => region?.stop());

const question = ['hotlist', 'check', 'BCD204', '--state', 'CO', '--purpose', 'D-vehicle', '--warrant', 'W-9',
  '--reason', 'car seen leaving burgled farm'];

test('the others answer, the silent one is named, and it answers again when it is back', async () => {
  await region.stopProcess('oak-a');
  const began = Date.now();
  const { code, json } = await region.hubctl('hill_county_so', ...question);
  assert.equal(code, 5, JSON.stringify(json));
  assert.ok(Date.now() - began < 6000, 'within the deadline');
  assert.equal(outcomeOf(json, 'rivertown_pd').outcome, 'released');
  assert.ok(['offline', 'timed_out'].includes(outcomeOf(json, 'oakfield_so').outcome));
  assert.ok(json.statement.outcomes.some((line) => line.owner === 'oakfield_so' && line.outcome !== 'released'));
  assert.equal(json.receipt.verified, true);
  const entries = await region.entriesOf(json.query_id);
  assertWholeCourse(entries);
  assert.deepEqual(entries.find((entry) => entry.type === 'TIMEOUT').owners, ['oakfield_so']);

  await region.startProcess('oak-a');
  const again = await region.hubctl('hill_county_so', ...question);
  assert.equal(again.code, 0, JSON.stringify(again.json));
  assert.equal(outcomeOf(again.json, 'oakfield_so').outcome, 'released');
});

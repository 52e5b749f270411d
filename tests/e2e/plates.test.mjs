// Outcomes 5, 6 and 7: alerts, two-step lookups, and holds that an approver lifts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { groupOf, holdsHotlistEntries, post, watch } from './camera.mjs';
import { assertWholeCourse, outcomeOf, Region, withoutFaces } from './region.mjs';

let region;
before(async () => { region = await Region.start(withoutFaces); });
after(() => region?.stop());

const day = (offset) => new Date(Date.now() + offset * 86400_000).toISOString().slice(0, 10);
const window = ['--from', day(-3), '--to', day(1)];
const terms = ['--state', 'CO', '--purpose', 'D-felony', '--complaint', 'D98765', '--reason',
  'truck seen fleeing armed robbery'];

test('a read at one agency hits another\'s hotlist, and who watches is told within a second', async () => {
  await holdsHotlistEntries(region, 'hill-a', 4);
  const watcher = watch(region, 'oakfield_so', '--category', 'stolen_vehicle', '--count', '1', '--for', '20', '--purpose',
    'D-vehicle', '--complaint', 'D1234', '--reason', 'car stolen from farm yard');
  await watcher.ready;
  const began = Date.now();
  const posted = await post(region, 'hill-a', await groupOf(region, 'PQR119'));
  assert.equal(posted.body.status, 'stored', JSON.stringify(posted));
  assert.equal(await watcher.ended, 0);
  const alert = watcher.events.find((event) => event.event === 'alert');
  assert.ok(alert.at - began < 1000, `${alert.at - began} ms`);
  assert.equal(alert.owner, 'hill_county_so');
  const { fields } = alert.records[0];
  assert.equal(fields.hotlist_owner, 'oakfield_so');
  assert.equal(fields.category, 'stolen_vehicle');
  assert.ok(fields.entered_at && fields.confirmed_at);
  assert.ok(alert.labels.includes('verify_first'));
  const entries = region.log().filter((entry) => entry.data === 'plate_alerts' && entry.type === 'RELEASE');
  assert.equal(entries.length, 1);
  assert.deepEqual(entries[0].owners, ['hill_county_so']);
});

test('step one says who has read a plate, when and how often; step two gives one read', async () => {
  for (const secondsAgo of [7200, 300]) {
    assert.equal((await post(region, 'river-a', await groupOf(region, 'TUV-333', { secondsAgo }))).status, 200);
  }
  const { code, json } = await region.hubctl('oakfield_so', 'plate', 'lookup', 'tuv333', ...terms, ...window,
    '--owner', 'rivertown_pd');
  assert.equal(code, 0, JSON.stringify(json));
  const { records } = json.results[0];
  const summary = records.find((record) => record.fields.count);
  assert.equal(summary.fields.count, '2');
  for (const record of records) {
    for (const name of ['image', 'latitude', 'longitude', 'reader']) assert.equal(record.fields[name], undefined, name);
  }
  const reference = records.find((record) => record.fields.read_ref).fields.read_ref;
  const detail = await region.hubctl('oakfield_so', 'plate', 'detail', 'TUV333', ...terms, '--read', reference, '--owner',
    'rivertown_pd');
  assert.equal(detail.code, 0, JSON.stringify(detail.json));
  const { fields } = detail.json.results[0].records[0];
  assert.equal(fields.plate, 'TUV333');
  assert.equal(fields.reader, 'river-bridge');
  assert.ok(fields.image.base64 && fields.latitude && fields.captured_at);
  assertWholeCourse(await region.entriesOf(detail.json.query_id));
});

test('a read of another plate is not given for this one', async () => {
  assert.equal((await post(region, 'river-a', await groupOf(region, 'AAA111'))).status, 200);
  const { json } = await region.hubctl('oakfield_so', 'plate', 'lookup', 'AAA111', ...terms, ...window, '--owner',
    'rivertown_pd');
  const reference = json.results[0].records.find((record) => record.fields.read_ref).fields.read_ref;
  const detail = await region.hubctl('oakfield_so', 'plate', 'detail', 'BBB222', ...terms, '--read', reference, '--owner',
    'rivertown_pd');
  assert.deepEqual(detail.json.results[0].records, []);
});

test('what needs the owner\'s approval is held, approved by signature, and released to who asks again', async () => {
  await post(region, 'hill-a', await groupOf(region, 'CCC777', { secondsAgo: 60 }));
  const question = ['plate', 'lookup', 'CCC777', ...terms, ...window, '--owner', 'hill_county_so'];
  const held = await region.hubctl('rivertown_pd', ...question);
  assert.equal(held.code, 4, JSON.stringify(held.json));
  const outcome = outcomeOf(held.json, 'hill_county_so');
  assert.equal(outcome.outcome, 'held');
  assert.equal(outcome.explanation.holds[0].clause, 'PRIV#7');
  const heldEntries = await region.entriesOf(held.json.query_id);
  assertWholeCourse(heldEntries);
  assert.ok(heldEntries.some((entry) => entry.type === 'HOLD'));

  const stranger = await region.hubctl('hill_county_so', 'approvals', 'list');
  assert.equal(stranger.code, 1, 'only an approver sees held questions');
  const approver = ['--person', 'h-31', 'approvals'];
  const listed = await region.hubctl('hill_county_so', ...approver, 'list');
  const hold = listed.json.holds.find((line) => line.hold_id === outcome.hold_id);
  assert.equal(hold.state, 'waiting');
  assert.equal(hold.agency, 'rivertown_pd');
  assert.equal(hold.reason, 'truck seen fleeing armed robbery');

  const wrongKey = await region.hubctl('hill_county_so', ...approver, 'grant', outcome.hold_id, '--key',
    region.path('keys/rivertown_pd/head.pem'), '--key-id', 'head', '--reason', 'case confirmed by phone');
  assert.equal(wrongKey.code, 1);
  const early = await region.hubctl('rivertown_pd', ...question, '--authorisation', outcome.hold_id);
  assert.notEqual(early.code, 0, 'not granted yet');

  const granted = await region.hubctl('hill_county_so', ...approver, 'grant', outcome.hold_id, '--key',
    region.path('keys/hill_county_so/head.pem'), '--key-id', 'head', '--reason', 'case confirmed by phone');
  assert.equal(granted.code, 0, JSON.stringify(granted.json));
  assert.equal(region.log()[granted.json.log_index].type, 'AUTHORISATION');

  const released = await region.hubctl('rivertown_pd', ...question, '--authorisation', outcome.hold_id);
  assert.equal(released.code, 0, JSON.stringify(released.json));
  assert.ok(released.json.results[0].clauses.includes('PRIV#7'));
  assert.equal(released.json.results[0].records.find((record) => record.fields.count).fields.count, '1');

  const other = await region.hubctl('rivertown_pd', 'plate', 'lookup', 'DDD888', ...terms, ...window, '--owner',
    'hill_county_so', '--authorisation', outcome.hold_id);
  assert.notEqual(other.code, 0, 'an authorisation is for one question');
});

test('a denied hold stays closed', async () => {
  const question = ['plate', 'lookup', 'EEE999', ...terms, ...window, '--owner', 'hill_county_so'];
  const held = await region.hubctl('oakfield_so', ...question);
  const id = outcomeOf(held.json, 'hill_county_so').hold_id;
  const denied = await region.hubctl('hill_county_so', '--person', 'h-31', 'approvals', 'deny', id, '--reason',
    'no felony in this case');
  assert.equal(denied.code, 0, JSON.stringify(denied.json));
  assert.equal(region.log()[denied.json.log_index].type, 'DENIAL');
  const again = await region.hubctl('oakfield_so', ...question, '--authorisation', id);
  assert.notEqual(again.code, 0);
});

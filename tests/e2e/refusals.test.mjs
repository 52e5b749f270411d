// Outcomes 3 and 4: what no agreement allows is refused with its clause, says what would fix it, and is in the log.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { assertWholeCourse, bin, command, failuresOf, Region, withoutFaces } from './region.mjs';

let region;
let image;
before(async () => {
  region = await Region.start(withoutFaces);
  image = region.path('probe.jpg');
  const seed = String(Math.floor(Math.random() * 1e9));
  const rendered = await command(path.join(bin, 'tests/faces/render_faces'),
    ['--identity-seed', seed, '--capture-seed', seed, '--out', image]);
  assert.equal(rendered.code, 0, rendered.stderr);
});
after(() => region?.stop());

const compare = (changes = {}) => {
  const options = {
    '--purpose': 'D-face-lead', '--complaint': 'D12345', '--reason': 'masked man robbed grain store',
    '--fact': ['case_state=open', 'subject_role=suspect'], ...changes,
  };
  return ['face', 'compare', image, ...Object.entries(options).flatMap(([name, value]) =>
    (value === null ? [] : [value].flat().flatMap((one) => [name, one])))];
};

// Asks, and checks that everybody refused, that `clause` is cited, and that the log alone shows the same.
async function assertRefused(agency, args, clause) {
  const { code, json } = await region.hubctl(agency, ...args);
  assert.equal(code, 3, JSON.stringify(json));
  assert.ok(json.outcomes.length > 0);
  for (const line of json.outcomes) assert.equal(line.outcome, 'refused', line.owner);
  const failures = failuresOf(json);
  const cited = failures.filter((failure) => failure.clause === clause);
  assert.ok(cited.length > 0, `${clause} is not among ${failures.map((failure) => failure.clause).join(' ')}`);
  assert.equal(json.receipt.verified, true);
  const entries = await region.entriesOf(json.query_id);
  assertWholeCourse(entries);
  assert.equal(entries[0].type, 'REFUSE');
  assert.ok(!entries.some((entry) => entry.type === 'INTENT'));
  return { cited, entries };
}

test('without any identifier: refused, and the requester is told what to add', async () => {
  const { cited } = await assertRefused('oakfield_so', compare({ '--complaint': null }), 'CHARTER#6');
  assert.ok(cited.some((failure) => failure.fixable_by === 'requester' && failure.seen === 'none' &&
    /warrant/.test(failure.needed)), JSON.stringify(cited));
});

test('for a purpose that is prohibited: refused, and nobody can fix it', async () => {
  const { cited } = await assertRefused('oakfield_so', compare({ '--purpose': 'D-eviction' }), 'CHARTER#9');
  assert.ok(cited.every((failure) => failure.fixable_by === 'nobody'), JSON.stringify(cited));
});

test('from a health body: refused', () => assertRefused('delta_health', compare(), 'PRIV#8'));

test('by a person whose training has lapsed: refused, and the person\'s agency can fix it', async () => {
  const { cited } = await assertRefused('rivertown_pd', ['--person', 'r-12', ...compare()], 'CHARTER#8');
  assert.ok(cited.some((failure) => /train/.test(failure.check) && failure.fixable_by === 'admin'), JSON.stringify(cited));
});

test('from a county outside the basin: refused', () => assertRefused('lakeside_so', compare(), 'CHARTER#3'));

test('by a service account: refused before policy, as no person asks', async () => {
  const { code, json } = await region.hubctl('rivertown_pd', '--person', 'bot-1', ...compare());
  assert.notEqual(code, 0);
  assert.equal(json.error?.reason, 'ASSERTION_SERVICE_ACCOUNT', JSON.stringify(json));
});

test('an unknown purpose is refused and logged', async () => {
  const { code, json } = await region.hubctl('oakfield_so', ...compare({ '--purpose': 'because' }));
  assert.equal(code, 3, JSON.stringify(json));
  assert.ok(failuresOf(json).some((failure) => /because|purpose/.test(JSON.stringify(failure))));
  assertWholeCourse(await region.entriesOf(json.query_id));
});

test('an unknown agency to ask is refused and logged', async () => {
  const { code, json } = await region.hubctl('oakfield_so', ...compare({ '--owner': 'nowhere_pd' }));
  assert.equal(code, 3, JSON.stringify(json));
  assertWholeCourse(await region.entriesOf(json.query_id));
});

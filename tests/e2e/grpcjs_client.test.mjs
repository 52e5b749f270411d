// Outcome 1 asked without hubctl: by @grpc/grpc-js, and by the example that the README shows.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { askAs } from './client.mjs';
import { assertWholeCourse, command, Region, repository, withoutFaces } from './region.mjs';

let region;
before(async () => { region = await Region.start(withoutFaces); });
after(() => region?.stop());

test('a client in another language asks, and gets the answers event by event', async () => {
  const { events, code, details } = await askAs(region, 'oakfield_so', 'o-20');
  assert.equal(code, undefined, details);
  assert.equal(events[0].event, 'accepted');
  assert.equal(events.at(-1).event, 'complete');
  const results = events.filter((event) => event.event === 'owner_result').map((event) => event.owner_result);
  const rivertown = results.find((result) => result.owner === 'rivertown_pd');
  assert.equal(rivertown.outcome, 'ANSWER_OUTCOME_RELEASED');
  const fields = Object.fromEntries(rivertown.answer.answer.records[0].fields
    .map((field) => [field.name, Buffer.from(field.value).toString('utf8')]));
  assert.equal(fields.category, 'stolen_vehicle');
  assertWholeCourse(await region.entriesOf(events[0].accepted.query_id.toString('hex')));
});

test('the example of the README works as shown', async () => {
  const { code, stdout, stderr } = await command(process.execPath, [path.join(repository, 'deploy/examples/ask.cjs'),
    '--region', 'delta', '--agency', 'oakfield_so', '--person', 'o-20', '--address', region.brokerAddress(),
    '--hub', region.clientSetting('oakfield_so', 'spiffe_id'), '--ca', region.path('tls/ca.crt'),
    '--cert', region.path('tls/oakfield_so-client.crt'), '--key', region.path('tls/oakfield_so-client.key'),
    '--issuer', region.path('run/issuer-oakfield_so.sock'), '--plate', 'BCD204', '--state', 'CO',
    '--purpose', 'D-felony', '--complaint', 'D12345', '--reason', 'car seen leaving burgled farm'],
  { env: { ...process.env, NODE_PATH: path.join(repository, 'tests/node_modules') } });
  assert.equal(code, 0, stderr);
  const events = stdout.trim().split('\n').map((line) => JSON.parse(line));
  assert.ok(events.at(-1).complete);
  assert.ok(events.some((event) => event.owner_result?.outcome === 'ANSWER_OUTCOME_RELEASED'));
});

test('the example refuses a hub of another name', async () => {
  const { code, stderr } = await command(process.execPath, [path.join(repository, 'deploy/examples/ask.cjs'),
    '--region', 'delta', '--agency', 'oakfield_so', '--person', 'o-20', '--address', region.brokerAddress(),
    '--hub', 'spiffe://delta/agency/hub/hub/impostor', '--ca', region.path('tls/ca.crt'),
    '--cert', region.path('tls/oakfield_so-client.crt'), '--key', region.path('tls/oakfield_so-client.key'),
    '--issuer', region.path('run/issuer-oakfield_so.sock'), '--plate', 'BCD204', '--state', 'CO',
    '--purpose', 'D-felony', '--complaint', 'D12345', '--reason', 'car seen leaving burgled farm'],
  { env: { ...process.env, NODE_PATH: path.join(repository, 'tests/node_modules') } });
  assert.equal(code, 1);
  assert.match(stderr, /UNAVAILABLE/);
});

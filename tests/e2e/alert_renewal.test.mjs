// A watch outlives the assertion it began with: hubctl renews it, and the hub ends one that is not renewed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { groupOf, holdsHotlistEntries, post, watch } from './camera.mjs';
import { Region, until, withoutFaces } from './region.mjs';

const assertionSeconds = 6;
let region;
before(async () => { region = await Region.start({ ...withoutFaces, FUSIONHUB_DEMO_ASSERTION_SECONDS: String(assertionSeconds) }); });
after(() => region?.stop());

const question = ['--category', 'stolen_vehicle', '--purpose', 'D-vehicle', '--complaint', 'D1234', '--reason',
  'car stolen from farm yard'];

test('a watch is renewed before its assertion expires, and alerts still come afterwards', async () => {
  await holdsHotlistEntries(region, 'hill-a', 4);
  const watcher = watch(region, 'oakfield_so', ...question, '--count', '1', '--for', '40');
  await watcher.ready;
  await until('two renewals', () => watcher.events.filter((event) => event.event === 'accepted').length >= 3);
  assert.equal((await post(region, 'hill-a', await groupOf(region, 'PQR119'))).body.status, 'stored');
  assert.equal(await watcher.ended, 0);
  assert.ok(watcher.events.some((event) => event.event === 'alert'));
});

test('a watch that cannot be renewed ends, and says why', async () => {
  const watcher = watch(region, 'rivertown_pd', ...question, '--for', '40');
  await watcher.ready;
  await region.stopProcess('issuer-rivertown_pd');
  assert.equal(await watcher.ended, 1);
  assert.match(watcher.events.at(-1).error.message, /renewed/);
});

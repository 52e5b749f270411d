// A camera on an agency's own network, which posts reads to its node as Rekor's agents do, and people who watch alerts.
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { bin, command, until } from './region.mjs';

const nodePorts = (region, node) => JSON.parse(fs.readFileSync(region.path('nodes', node, 'ports.json'), 'utf8'));

// A JPEG that shows nobody.
async function picture(region) {
  const file = region.path('vehicle.jpg');
  if (!fs.existsSync(file)) {
    await command(path.join(bin, 'tests/faces/render_faces'), ['--nobody', '--capture-seed', '3', '--out', file]);
  }
  return fs.readFileSync(file).toString('base64');
}

export async function groupOf(region, plate, { secondsAgo = 0, ...changes } = {}) {
  return {
    data_type: 'alpr_group',
    version: 3,
    epoch_start: Date.now() - secondsAgo * 1000,
    camera_id: 3,
    agent_uid: 'AGENT9',
    best_uuid: `AGENT9-3-${crypto.randomUUID()}`,
    best_plate_number: plate,
    best_region: 'us-co',
    best_confidence: 95,
    best_region_confidence: 92,
    is_preview: false,
    vehicle_crop_jpeg: await picture(region),
    ...changes,
  };
}

// Posts any body: {status, body}.
export async function post(region, node, body, headers = {}) {
  const token = fs.readFileSync(region.path('nodes', node, 'camera.token'), 'utf8').trim();
  const response = await fetch(`http://127.0.0.1:${nodePorts(region, node).plates}/v1/reads/rekor`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined };
}

export async function metrics(region, node) {
  const file = node === 'broker' ? region.path('broker/ports.json') : region.path('nodes', node, 'ports.json');
  const port = JSON.parse(fs.readFileSync(file, 'utf8')).metrics;
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

// Waits until the node holds so many hotlist entries, its own and what others share.
export function holdsHotlistEntries(region, node, count) {
  return until(`${count} hotlist entries at ${node}`, async () => {
    const held = /^fusionhub_hotlist_entries (\d+)/m.exec(await metrics(region, node));
    return held && Number(held[1]) >= count;
  });
}

// `hubctl alerts watch` as a person: {events, ended}; ready when it is accepted.
export function watch(region, agency, ...args) {
  const child = spawn(path.join(bin, 'hubctl/hubctl'), ['--config', region.path('clients', `${agency}.yaml`), '--json',
    'alerts', 'watch', ...args]);
  const watcher = { events: [], child };
  watcher.ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      watcher.events.push({ ...JSON.parse(line), at: Date.now() });
      resolve();
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code} before it was accepted`)));
  });
  watcher.ended = new Promise((resolve) => { child.on('exit', resolve); });
  return watcher;
}

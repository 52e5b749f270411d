// A real region for one test file: made and started by the scripts that deploy/ ships, in a temporary folder, with
// certificates, keys and ports of its own.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { readLog } from './log.mjs';

const run = promisify(execFile);
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const bin = path.resolve(process.env.FUSIONHUB_BIN ?? path.join(repository, 'bazel-bin'));
const template = path.join(repository, 'tests/region_delta');

// For Region.start where no face is compared: rendering and enrolling people takes longer than everything else.
export const withoutFaces = { FUSIONHUB_REGION_PARTS: 'hotlist plates' };

// Runs a command; never throws: returns {code, stdout, stderr}.
export async function command(file, args, options = {}) {
  try {
    const { stdout, stderr } = await run(file, args, { maxBuffer: 64 << 20, timeout: 120_000, ...options });
    return { code: 0, stdout, stderr };
  } catch (error) {
    if (typeof error.code !== 'number') throw error;
    return { code: error.code, stdout: error.stdout, stderr: error.stderr };
  }
}

async function script(name, args, env = {}) {
  const { code, stdout, stderr } = await command(path.join(repository, 'deploy', name), args,
    { env: { ...process.env, ...env } });
  assert.equal(code, 0, `${name}: ${stdout}${stderr}`);
}

// Polls until `probe` returns something truthy, and returns it.
export async function until(what, probe, seconds = 20) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) assert.fail(`still no ${what} after ${seconds} s`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}

export class Region {
  // Makes and starts a region; `env` is for the scripts. Call stop() in an after hook.
  static async start(env = {}) {
    const region = new Region(fs.mkdtempSync(path.join(os.tmpdir(), 'fh-')));
    try {
      await script('make_region.sh', [region.folder, template, bin], env);
      await script('start_region.sh', [region.folder, bin], env);
    } catch (error) {
      await region.stop();
      throw error;
    }
    return region;
  }

  constructor(parent) {
    this.parent = parent;
    this.folder = path.join(parent, 'r');
  }

  async stop() {
    if (fs.existsSync(this.path('region.json'))) await script('stop_region.sh', [this.folder]);
    if (!process.env.FUSIONHUB_KEEP) fs.rmSync(this.parent, { recursive: true, force: true });
  }

  startProcess(name) { return script('start_region.sh', [this.folder, bin, name]); }
  stopProcess(name) { return script('stop_region.sh', [this.folder, name]); }

  path(...parts) { return path.join(this.folder, ...parts); }
  facts() { return JSON.parse(fs.readFileSync(this.path('region.json'), 'utf8')); }

  // One key of an agency's hubctl configuration, as text: the files are our own and flat enough.
  clientSetting(agency, key) {
    const text = fs.readFileSync(this.path('clients', `${agency}.yaml`), 'utf8');
    return new RegExp(`^\\s*${key}: ([^\\s#]+)`, 'm').exec(text)[1];
  }

  brokerAddress() {
    return `127.0.0.1:${JSON.parse(fs.readFileSync(this.path('broker/ports.json'), 'utf8')).grpc}`;
  }

  // hubctl --json as somebody of an agency: {code, json, stderr}. `json` is the last object on stdout.
  async hubctl(agency, ...args) {
    const result = await command(path.join(bin, 'hubctl/hubctl'),
      ['--config', this.path('clients', `${agency}.yaml`), '--json', ...args]);
    const lines = result.stdout.trim().split('\n').filter(Boolean);
    return { ...result, json: lines.length > 0 ? JSON.parse(lines.at(-1)) : undefined };
  }

  // The same for people: text on stdout.
  hubctlText(agency, ...args) {
    return command(path.join(bin, 'hubctl/hubctl'), ['--config', this.path('clients', `${agency}.yaml`), ...args]);
  }

  log() {
    const client = this.facts().agencies.find((agency) => agency.persons);
    return readLog(this.path('broker/data/log'), this.clientSetting(client.id, 'verifier_key'));
  }

  // The log's entries of one query, in order, up to its CLOSE: the files follow the store by a moment.
  entriesOf(queryId) {
    return until('CLOSE in the log folder', () => {
      const entries = this.log().filter((entry) => entry.query_id === queryId);
      return entries.some((entry) => entry.type === 'CLOSE') && entries;
    });
  }
}

// What --json says about one owner.
export function outcomeOf(json, owner) {
  const outcome = json.outcomes.find((line) => line.owner === owner);
  assert.ok(outcome, `${owner} is listed`);
  return outcome;
}

export function failuresOf(json) {
  return [...json.outcomes.flatMap((line) => line.explanation?.failures ?? []), ...(json.explanation?.failures ?? [])];
}

// A question's entries have the shape that the design demands: INTENT, one closer per owner, CLOSE; or one
// REFUSE and its CLOSE.
export function assertWholeCourse(entries) {
  assert.equal(entries.at(-1).type, 'CLOSE');
  assert.equal(entries.filter((entry) => entry.type === 'CLOSE').length, 1);
  const opening = entries[0];
  assert.equal(entries.at(-1).reference, opening.index);
  if (opening.type !== 'INTENT') {
    assert.ok(['REFUSE', 'HOLD'].includes(opening.type), opening.type);
    assert.equal(entries.length, 2);
    return;
  }
  const closers = entries.slice(1, -1);
  for (const entry of closers) {
    assert.ok(['RELEASE', 'REFUSE', 'HOLD', 'TIMEOUT'].includes(entry.type), entry.type);
    assert.equal(entry.reference, opening.index);
    assert.equal(entry.owners.length, 1);
  }
  const owners = closers.map((entry) => entry.owners[0]);
  assert.equal(new Set(owners).size, owners.length, 'one closer per owner');
  for (const owner of opening.owners) assert.ok(owners.includes(owner), `${owner} has a closer`);
}

import type { Adapter, Finding } from '@sealpost/domain';
import { expect, it } from 'vitest';
import type { LogRecord } from '../log/log-record.ts';
import { HealthWatch } from './health-watch.ts';

const finding = (code: string, severity: Finding['severity'] = 'error'): Finding => ({
  code,
  severity,
  problem: 'It does not answer.',
  fix: 'Start it.',
});

function watched() {
  const state = { findings: [] as Finding[], records: [] as LogRecord[], errors: -1 };
  const adapter: Adapter = {
    ports: {},
    preparation: null,
    everyValue: null,
    health: () => Promise.resolve(state.findings),
    stop: () => Promise.resolve(),
  };
  const watch = new HealthWatch(
    { adapters: [{ name: 'redis', families: ['fanOut'], adapter }] },
    { observe: (_, value) => void (state.errors = value) },
    (record) => state.records.push(record),
  );
  const look = async (...findings: Finding[]): Promise<readonly LogRecord[]> => {
    state.findings = findings;
    state.records = [];
    await watch.look();
    return state.records;
  };
  return { look, errors: () => state.errors };
}

it('tells of a finding when it begins and when it is over, and not meanwhile', async () => {
  const { look } = watched();
  expect(await look()).toEqual([]);
  expect(await look(finding('redis_unreachable'))).toEqual([
    { level: 'error', event: 'adapter_finding', adapter: 'redis', code: 'redis_unreachable' },
  ]);
  expect(await look(finding('redis_unreachable'))).toEqual([]);
  expect(await look()).toEqual([
    { level: 'info', event: 'adapter_finding_over', adapter: 'redis', code: 'redis_unreachable' },
  ]);
  expect(await look(finding('redis_unreachable'))).toHaveLength(1);
});

it('measures what is wrong at the moment; warnings are not', async () => {
  const { look, errors } = watched();
  await look(finding('redis_unreachable'), finding('redis_evicts', 'warning'));
  expect(errors()).toBe(1);
  await look(finding('redis_evicts', 'warning'));
  expect(errors()).toBe(0);
});

it('writes nothing into the log that does not look like a code', async () => {
  const { look } = watched();
  expect(await look(finding('redis://user:password@host'))).toMatchObject([{ code: 'unnamed' }]);
});

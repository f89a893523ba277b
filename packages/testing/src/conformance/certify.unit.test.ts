import { describe, expect, it } from 'vitest';
import type { VitestReport } from '../runner/vitest-report.ts';
import { certify } from './certify.ts';

const manifest = { name: '@team/hub', version: '1.2.3' };
const seen = { name: 'hub', ports: { fanOut: 1, rateLimits: 1 }, capabilities: ['everyValue'] };

const law = (suite: string, status = 'passed', meta: object = {}) => ({
  fullName: `${suite}: hub law`,
  ancestorTitles: [`${suite}: hub`],
  status,
  meta,
});
const report = (...cases: readonly ReturnType<typeof law>[]): VitestReport => ({
  success: true,
  testResults: [{ name: 'a.test.ts', status: 'passed', message: '', assertionResults: cases }],
});
const adapter = law('Adapter', 'passed', { adapter: seen });

describe('the certificate of an adapter', () => {
  it('tells package, versions, laws and capabilities', () => {
    const whole = report(adapter, law('FanOut'), law('FanOut'), law('RateLimiter'));
    expect(certify(manifest, whole)).toEqual({
      certificate: {
        adapter: 'hub',
        package: '@team/hub',
        version: '1.2.3',
        families: {
          fanOut: { portVersion: 1, laws: 2, held: 2 },
          rateLimits: { portVersion: 1, laws: 1, held: 1 },
        },
        capabilities: ['everyValue'],
      },
      broken: [],
    });
  });

  it('tells which laws are not held: those that failed, and those that did not run', () => {
    const some = report(
      adapter,
      law('FanOut', 'failed'),
      law('FanOut', 'skipped'),
      law('RateLimiter'),
    );
    expect(certify(manifest, some)).toMatchObject({
      certificate: { families: { fanOut: { laws: 2, held: 0 } } },
      broken: ['FanOut: hub law', 'FanOut: hub law'],
    });
  });

  it('is none without the suite of a family that is named', () => {
    expect(certify(manifest, report(adapter, law('FanOut')))).toEqual({
      refused: ['rateLimits needs the suite "RateLimiter", and no test runs it.'],
    });
  });

  it('is none while a law of the definition is not held', () => {
    const some = report(adapter, law('Adapter', 'failed'), law('FanOut'), law('RateLimiter'));
    expect(certify(manifest, some)).toEqual({ refused: ['Adapter: hub law'] });
  });

  it('is none where the adapter was never opened', () => {
    const { refused } = certify(manifest, report(law('FanOut'))) as { refused: string[] };
    expect(refused).toEqual(['No test calls adapterContract, or its adapter cannot be opened.']);
  });
});

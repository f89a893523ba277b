import { describe, expect, it } from 'vitest';
import { countReport, type Expected, type VitestReport } from './vitest-report.ts';

const expected: Expected = {
  name: 'one',
  folder: '/checkout/one',
  testFiles: ['src/a.unit.test.ts'],
  skippingFails: false,
};

const report = (...statuses: readonly string[]): VitestReport => ({
  success: !statuses.includes('failed'),
  testResults: [
    {
      name: '/checkout/one/src/a.unit.test.ts',
      status: statuses.includes('failed') ? 'failed' : 'passed',
      message: '',
      assertionResults: statuses.map((status, at) => ({ fullName: `case ${at}`, status })),
    },
  ],
});

describe('counting a report', () => {
  it('counts passed and failed cases', () => {
    expect(countReport(report('passed', 'failed', 'passed'), expected)).toEqual({
      name: 'one',
      passed: 2,
      failures: ['case 1'],
      skipped: 0,
      leftOut: [],
    });
  });

  it('says why a case failed, without the stack', () => {
    const { success, testResults } = report('failed');
    const thrown = 'Error: property failed\n{ seed: 7 }\n\n    at run (a.ts:1:1)\n    at b.ts:2:2';
    const explained = testResults.map((file) => ({
      ...file,
      assertionResults: file.assertionResults.map((result) => ({
        ...result,
        failureMessages: [thrown],
      })),
    }));
    expect(countReport({ success, testResults: explained }, expected).failures).toEqual([
      'case 0\n    Error: property failed\n    { seed: 7 }',
    ]);
  });

  it('tells which cases did not run and need a part', () => {
    const { success, testResults } = report('passed', 'skipped', 'skipped');
    const needy = testResults.map((file) => ({
      ...file,
      assertionResults: file.assertionResults.map((result, at) =>
        at === 1 ? result : { ...result, meta: { needs: ['redis'] } },
      ),
    }));
    expect(countReport({ success, testResults: needy }, expected).leftOut).toEqual([
      { file: 'src/a.unit.test.ts', needs: ['redis'] },
    ]);
    const strict = { ...expected, skippingFails: true };
    expect(countReport({ success, testResults: needy }, strict).failures).toEqual([
      'did not run: case 1',
      'did not run: case 2 (needs redis)',
    ]);
  });

  it('takes nobody to task for a part that hardly anybody has', () => {
    const rare = report('passed', 'skipped');
    const testResults = rare.testResults.map((file) => ({
      ...file,
      assertionResults: file.assertionResults.map((result) => ({
        ...result,
        meta: { needs: ['mongodbReplicaSet'] },
      })),
    }));
    const strict = { ...expected, skippingFails: true };
    expect(countReport({ ...rare, testResults }, strict)).toMatchObject({
      failures: [],
      skipped: 1,
      leftOut: [{ needs: ['mongodbReplicaSet'] }],
    });
  });

  it('counts a case that did not run apart', () => {
    expect(countReport(report('passed', 'skipped'), expected)).toMatchObject({
      passed: 1,
      failures: [],
      skipped: 1,
    });
  });

  it('counts a case that did not run as failed where skipping is not allowed', () => {
    const strict = { ...expected, skippingFails: true };
    expect(countReport(report('passed', 'skipped', 'todo'), strict)).toMatchObject({
      passed: 1,
      failures: ['did not run: case 1', 'did not run: case 2'],
      skipped: 0,
    });
  });

  it('fails without a report', () => {
    expect(countReport(null, expected).failures).toEqual(['wrote no report']);
  });

  it('fails when a test file is not in the report', () => {
    const more = { ...expected, testFiles: [...expected.testFiles, 'test/b.int.test.ts'] };
    expect(countReport(report('passed'), more).failures).toEqual([
      'test/b.int.test.ts: is not in the report',
    ]);
  });

  it('fails when a file ran no test', () => {
    expect(countReport(report(), expected).failures).toEqual(['src/a.unit.test.ts: ran no test.']);
  });

  it('fails once for a file that failed beside its passing cases', () => {
    const { testResults } = report('passed');
    const failed = testResults.map((file) => ({ ...file, status: 'failed', message: 'afterAll' }));
    expect(countReport({ success: false, testResults: failed }, expected).failures).toEqual([
      'src/a.unit.test.ts: afterAll',
    ]);
  });

  it('fails once for a run that failed outside its tests', () => {
    const outside = { ...report('passed'), success: false };
    expect(countReport(outside, expected).failures).toEqual(['failed outside its tests']);
  });
});

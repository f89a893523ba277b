import { describe, expect, it } from 'vitest';
import { suitesOfPorts } from '../contracts/registry.ts';
import { suiteTitles, type SuitedPort } from '../contracts/suite-titles.ts';
import { contractMatrix, type ReportedPackage } from './contract-matrix.ts';
import { lawsIn } from './laws.ts';
import { showContracts } from './show-contracts.ts';

const resultsOf = (title: string, ...statuses: readonly string[]) =>
  statuses.map((status, at) => ({
    fullName: `${title} law ${at}`,
    ancestorTitles: ['on something real', title, 'a block'],
    status,
    ...(status === 'skipped' ? { meta: { needs: ['redis'] } } : {}),
  }));

const reported = (
  folder: string,
  results: ReturnType<typeof resultsOf>,
  source = '',
): ReportedPackage => ({
  folder: `packages/adapters/${folder}`,
  sources: [{ path: 'src/a.ts', text: source }],
  laws: lawsIn({
    testResults: [{ name: 'a.test.ts', status: '', message: '', assertionResults: results }],
  }),
});

const allTitles = Object.values(suiteTitles).flat();
const everything = (subject: string) =>
  allTitles.flatMap((title) => resultsOf(`${title}: ${subject}`, 'passed', 'passed'));

describe('the matrix of contracts', () => {
  it('knows the title of every suite', () => {
    for (const [port, suites] of Object.entries(suitesOfPorts))
      expect(suiteTitles[port as SuitedPort]).toHaveLength(Object.keys(suites).length);
  });

  it('counts the laws that each adapter holds of each port', () => {
    const matrix = contractMatrix([
      reported('memory', everything('memory')),
      reported('postgres', [...everything('postgres'), ...everything('postgres in two processes')]),
    ]);
    expect(matrix).toMatchObject({ adapters: ['memory', 'postgres'], held: 96, missing: [] });
    const lines = showContracts(matrix).split('\n');
    expect(lines).toContain('ConversationLog    4       4 × 2');
    expect(lines.at(-1)).toBe('contracts: ports=14 adapters=2 laws=96 missing=0');
  });

  it('misses what implements a port and runs no suite of it', () => {
    const bare = reported('redis', [], 'export class Hub implements FanOut {}');
    const matrix = contractMatrix([reported('memory', everything('memory')), bare]);
    expect(matrix.missing).toEqual(['FanOut × redis: the suite "FanOut" was not run']);
    expect(showContracts(matrix)).toContain('FanOut             2       MISSING');
  });

  it('misses one of two suites, and a port that nothing holds', () => {
    const some = everything('memory').filter(
      ({ fullName }) => !/^(ConversationLog against|RateLimiter)/.test(fullName),
    );
    expect(contractMatrix([reported('memory', some)]).missing).toEqual([
      'ConversationLog × memory: the suite "ConversationLog against its model" was not run',
      'RateLimiter has no adapter',
    ]);
  });

  it('misses a law that is not held', () => {
    const broken = [...everything('memory'), ...resultsOf('FanOut: other', 'passed', 'failed')];
    expect(contractMatrix([reported('memory', broken)]).missing).toEqual([
      'FanOut × memory: not held: FanOut: other law 1',
    ]);
  });

  it('says which laws did not run for want of a real part', () => {
    const skipped = resultsOf('FanOut: redis', 'skipped', 'skipped');
    const matrix = contractMatrix([
      reported('memory', everything('memory')),
      reported('redis', skipped),
    ]);
    expect(matrix).toMatchObject({ missing: [], leftOut: 2 });
    const shown = showContracts(matrix);
    expect(shown).toContain('FanOut             2       not run');
    expect(shown).toContain('NOT RUN: 2 laws');
  });
});

import type { Finding } from '@sealpost/domain';

/** One finding in two lines: what is wrong, and what mends it. */
export const findingLines = (findings: readonly Finding[]): string =>
  findings
    .map(({ severity, code, problem, fix }) => `  ${severity} ${code}: ${problem}\n    ${fix}`)
    .join('\n');

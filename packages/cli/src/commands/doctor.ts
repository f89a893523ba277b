import { type ExaminedPart, examineDeployment, isIll } from '@sealpost/app';
import { exitCodes } from '../exit-codes.ts';
import { findingLines } from '../finding-lines.ts';
import { serverSources } from '../server-options.ts';

function marked({ findings }: ExaminedPart): string {
  if (findings.length === 0) return '✓';
  return findings.some(({ severity }) => severity === 'error') ? '✗' : '!';
}

function text(parts: readonly ExaminedPart[]): string {
  const lines = parts.flatMap((one) => [
    `${marked(one)} ${one.part}: ${one.is}`,
    ...(one.findings.length === 0 ? [] : [findingLines(one.findings)]),
  ]);
  const all = parts.flatMap(({ findings }) => findings);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  return [
    ...lines,
    `doctor: parts=${parts.length} errors=${errors} warnings=${all.length - errors}`,
  ].join('\n');
}

/** Looks at all that a server is made of and depends on. Warnings do not make it ill. */
export async function doctor(args: string[]): Promise<number> {
  const { sources, flags } = serverSources(args, { flags: ['json'] });
  const parts = await examineDeployment(sources);
  process.stdout.write(`${flags.has('json') ? JSON.stringify({ parts }, null, 2) : text(parts)}\n`);
  return isIll(parts) ? exitCodes.failed : exitCodes.done;
}

/** `sealpost-conformance`: runs the tests of an adapter's package, in its folder, and writes its certificate. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { certificateFile } from '@sealpost/domain';
import type { VitestReport } from '../runner/vitest-report.ts';
import { type Certified, certify, type Manifest } from './certify.ts';

/** Answers the exit code: 0 when every law is held. */
export function conformance(folder: string): number {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const place = join(folder, certificateFile);
  // What is said of an earlier state is true of this one only if it is said again.
  rmSync(place, { force: true });
  const report = reportOf(folder);
  const certified: Certified =
    report === null ? { refused: ['The tests could not be run.'] } : certify(manifest, report);
  if ('refused' in certified) {
    console.error(['No certificate:', ...certified.refused].join('\n  '));
    return 1;
  }
  const { certificate, broken } = certified;
  writeFileSync(place, `${JSON.stringify(certificate, null, 2)}\n`);
  console.log(`${JSON.stringify(certificate, null, 2)}\nwritten to ${certificateFile}`);
  if (broken.length > 0) console.error(['Not held:', ...broken].join('\n  '));
  return broken.length === 0 ? 0 : 1;
}

/** Null: there is none. */
function reportOf(folder: string): VitestReport | null {
  const place = mkdtempSync(join(tmpdir(), 'sealpost-conformance-'));
  const file = join(place, 'report.json');
  try {
    const args = [
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ];
    spawnSync('npx', args, { cwd: folder, stdio: 'inherit' });
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as VitestReport) : null;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

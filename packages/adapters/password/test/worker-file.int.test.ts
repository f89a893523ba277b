import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const script = `
  import { Argon2PasswordHasher } from '@sealpost/adapter-password';
  const hasher = new Argon2PasswordHasher();
  const hash = '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i';
  console.log(await hasher.verify('abc', hash), await hasher.verify('abd', hash));
`;

/** Without a call of stop: an idle thread must not keep the process alive. */
async function verdictsIn(conditions: string[]): Promise<string> {
  const { stdout } = await run(
    process.execPath,
    [...conditions, '--input-type=module', '--eval', script],
    { cwd: path('..'), env: { ...process.env, NODE_OPTIONS: '' }, timeout: 15_000 },
  );
  return stdout.trim();
}

describe('the thread for bcrypt', () => {
  it('starts where sources run', async () => {
    expect(await verdictsIn(['--conditions=@sealpost/source'])).toBe('outdated mismatch');
  });

  it('starts where the compiled package runs', async () => {
    await run(process.execPath, [
      path('../../../../node_modules/typescript/bin/tsc'),
      '-b',
      path('../tsconfig.src.json'),
    ]);
    expect(await verdictsIn([])).toBe('outdated mismatch');
  }, 60_000);
});

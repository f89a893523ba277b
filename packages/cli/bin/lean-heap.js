/**
 * What V8 takes by itself costs a server memory and time (ADR 0022): it lets the young generation grow to 128 MiB and the
 * old one to several times what lives while thousands connect, and gives little back; and what the code of a message
 * makes it puts into the old one at once, since much of it is alive whenever the young one is cleared. Flags of V8 count
 * from a process's first instant on, so it begins anew, as the same process.
 */
const flags = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=100',
  '--no-allocation-site-pretenuring',
];

/** Without how it is set: `--no-lazy` and `--lazy` are the same one. */
const nameOf = (flag) => flag.replace(/^--(?:no-)?/, '').split('=')[0];

/** Does not return where it begins anew. What an operator sets is left alone. */
export function startWithLeanHeap() {
  const set = [...process.execArgv, process.env['NODE_OPTIONS'] ?? '']
    .join(' ')
    .replaceAll('_', '-');
  const missing = flags.filter((flag) => !set.includes(nameOf(flag)));
  // Windows cannot replace a process.
  if (missing.length === 0 || process.platform === 'win32') return;
  process.execve(
    process.execPath,
    [process.argv0, ...missing, ...process.execArgv, ...process.argv.slice(1)],
    process.env,
  );
}

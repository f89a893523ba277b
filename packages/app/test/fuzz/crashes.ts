/** Errors that nobody caught: a server by itself would have ended with the first. */
export const crashes: string[] = [];

const told = (of: unknown): string =>
  of instanceof Error ? (of.stack ?? of.name).split('\n').slice(0, 4).join(' ') : typeof of;

process.on('unhandledRejection', (of) => void crashes.push(told(of)));
process.on('uncaughtException', (of) => void crashes.push(told(of)));
process.on('exit', () => {
  for (const crash of crashes) console.log(`✗ ${crash}`);
  if (crashes.length > 0) process.exitCode = 1;
});

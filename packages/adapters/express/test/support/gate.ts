/** Something that is waited for until the test lets it go on. */
export function aGate() {
  const { promise: opened, resolve: open } = Promise.withResolvers<unknown>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  const wait = (): Promise<unknown> => {
    reach();
    return opened;
  };
  return { wait, open, reached };
}

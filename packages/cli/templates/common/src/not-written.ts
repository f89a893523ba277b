/** What every method does until it is written. Remove this file when nothing uses it. */
export class NotWrittenError extends Error {
  constructor(method: string) {
    super(`${method} is not written yet`);
    this.name = 'NotWrittenError';
  }
}

export const notWritten = (method: string): Promise<never> =>
  Promise.reject(new NotWrittenError(method));

const names = new Set(['localhost', '127.0.0.1', '::1', '[::1]']);

/** Whether an address, or the host of a URL, is this machine itself. */
export const isLocalHost = (host: string): boolean => names.has(host);

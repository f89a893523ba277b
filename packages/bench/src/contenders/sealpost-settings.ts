/** Far above what any load of ours reaches: what is measured is the server, not its limiters, which count all the same. */
const mostPoints = '1000000000';
const limitedRates = [
  'MESSAGES',
  'INBOUND_BYTES',
  'FOUNDINGS',
  'CHANGES',
  'CALLS',
  'CLAIMS_BY_PAIR',
  'HANDSHAKES_BY_NETWORK',
];

/** The only settings that a benchmark changes, by ordinary configuration: all load comes from one machine and a few accounts. */
export const raisedLimits: Readonly<Record<string, string>> = {
  SEALPOST_SOCKETS__EVENT_BURST: '100000',
  SEALPOST_SOCKETS__EVENTS_PER_SECOND: '100000',
  SEALPOST_SOCKETS__MAX_CONNECTIONS_PER_NETWORK: '20000',
  ...Object.fromEntries(
    limitedRates.flatMap((name) => [
      [`SEALPOST_LIMITS__RATES__${name}__BURST`, mostPoints],
      [`SEALPOST_LIMITS__RATES__${name}__REFILL`, mostPoints],
      [`SEALPOST_LIMITS__RATES__${name}__EVERY_MS`, '1000'],
    ]),
  ),
};

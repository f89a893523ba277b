/**
 * What a transport tells the log of what failed. No record names an account, a device, a conversation or an address, and
 * none holds anything that a client sent.
 */
export type FaultRecord =
  /** An adapter behind a port failed. `during` is the name of the call or event. */
  | {
      readonly level: 'warn' | 'error';
      readonly event: 'fault';
      readonly during: string;
      readonly adapter: string;
      readonly operation: string;
      readonly detail: string;
    }
  /** `at` are the topmost frames of the stack; the message is left out, since it may hold values. */
  | {
      readonly level: 'error';
      readonly event: 'bug';
      readonly during: string;
      readonly error: string;
      readonly at: readonly string[];
    };

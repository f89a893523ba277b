/** A device that a client process runs. */
export interface Plan {
  /** Unique in the run; its folder is called so. */
  readonly name: string;
  readonly handle: string;
  /** Whether it is a further device of the account, to be linked by the first. */
  readonly further: boolean;
  /** Whether it founds groups and changes who is in them. */
  readonly captain: boolean;
}

/** What the director tells a client process: one JSON object a line. */
export type Order =
  | { readonly do: 'run'; readonly plan: Plan }
  /** From now on the devices talk; `handles` are those with whom. */
  | { readonly do: 'talk'; readonly handles: readonly string[] }
  /** Nothing new is begun. */
  | { readonly do: 'rest' }
  /** Each device sends one message at once. */
  | { readonly do: 'probe'; readonly probe: number }
  /** Links what waits in the account. */
  | { readonly do: 'approve'; readonly name: string; readonly device: string }
  | { readonly do: 'revoke'; readonly name: string; readonly device: string }
  /** Has every device send, and ends the process by SIGKILL so many milliseconds later. */
  | { readonly do: 'die'; readonly afterMs: number }
  | { readonly do: 'state' }
  | { readonly do: 'quit' };

/** What a client process tells the director: one JSON object a line. */
export type Report =
  /** Logged in; one that is to be linked waits for that. */
  | {
      readonly is: 'known';
      readonly name: string;
      readonly account: string;
      readonly device: string;
    }
  /** Certified and connecting. */
  | { readonly is: 'up'; readonly name: string }
  | { readonly is: 'linked'; readonly device: string }
  | { readonly is: 'revoked'; readonly device: string }
  | { readonly is: 'probed'; readonly name: string; readonly probe: number; readonly at: number }
  | { readonly is: 'resting' }
  | { readonly is: 'state'; readonly devices: readonly DeviceState[] }
  /** Something that a person would have been shown, by its code. */
  | { readonly is: 'trouble'; readonly what: string };

export interface DeviceState {
  readonly name: string;
  /** Messages that are neither accepted nor failed. */
  readonly waiting: number;
  readonly conversations: readonly {
    readonly id: string;
    readonly cursor: number;
    readonly settled: boolean;
  }[];
}

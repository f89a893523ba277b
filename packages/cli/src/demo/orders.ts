/** What the director of the demo tells an actor: one JSON object a line on its standard input. */
export type Order =
  | { readonly do: 'register'; readonly handle: string; readonly deviceName: string }
  | { readonly do: 'log_in'; readonly handle: string; readonly deviceName: string }
  | { readonly do: 'resume' }
  | { readonly do: 'link' }
  | { readonly do: 'approve_waiting' }
  /** The person's answer to the digits that were shown. */
  | { readonly do: 'digits_match'; readonly same: boolean }
  | { readonly do: 'direct'; readonly handle: string }
  | { readonly do: 'group'; readonly title: string; readonly handles: readonly string[] }
  | { readonly do: 'say'; readonly conversation: string; readonly texts: readonly string[] }
  | { readonly do: 'remove'; readonly conversation: string; readonly handle: string }
  | { readonly do: 'joined'; readonly conversation: string }
  | { readonly do: 'settled'; readonly conversation: string }
  | { readonly do: 'quit' };

/** What an actor tells the director: one JSON object a line on its standard output. */
export type Report =
  | { readonly is: 'ready' }
  | { readonly is: 'done'; readonly value: string | null }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'digits'; readonly digits: string }
  | {
      readonly is: 'heard';
      readonly conversation: string;
      readonly seq: number;
      readonly sender: string;
      readonly text: string;
    };

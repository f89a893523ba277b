import { z } from 'zod';

/** What an operator may set. An option that is not here is refused; no message may repeat a value. */
export const options = z.strictObject({
  url: z.string().min(1),
});

export type Options = z.output<typeof options>;

import { z } from 'zod';

const mostDays = 36_500;

/** How long what was said is kept. */
export const retention = z
  .strictObject({
    days: z
      .int()
      .min(1)
      .max(mostDays)
      .nullable()
      .default(null)
      .meta({
        description:
          'Days for which entries of conversations are kept; older ones are deleted for good. null keeps them for ever.',
        allowed: `an integer from 1 to ${mostDays}, or null`,
      }),
  })
  .prefault({});

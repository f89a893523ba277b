import {
  defaultRates,
  type LimiterName,
  limiterNames,
  limiters,
  reserveMs,
} from '@sealpost/domain';
import { z } from 'zod';

const day = 24 * 60 * 60_000;
const longestReserveMs = 7 * day;
const mostPoints = 1_000_000_000;

const points = (initially: number, description: string) =>
  z.int().min(1).max(mostPoints).default(initially).meta({ description });

function rate(name: LimiterName) {
  const { burst, refill, everyMs } = defaultRates[name];
  const { meaning, points: unit, per } = limiters[name];
  return z
    .strictObject({
      burst: points(
        burst,
        `${meaning} So many ${unit} for each ${per} at once, beside what comes steadily; not below refill.`,
      ),
      refill: points(refill, `So many ${unit} steadily in each everyMs.`),
      everyMs: z
        .int()
        .min(100)
        .max(day)
        .default(everyMs)
        .meta({ description: 'The span of refill, in milliseconds.' }),
    })
    .prefault({});
}

type RateSchemas = Readonly<Record<LimiterName, ReturnType<typeof rate>>>;

/** The rates of the domain's catalogue, each with a burst and what comes steadily. */
export const rates = z
  .strictObject(Object.fromEntries(limiterNames.map((name) => [name, rate(name)])) as RateSchemas)
  .prefault({})
  .superRefine((given, context) => {
    const refuse = (name: LimiterName, key: string, allowed: string): void =>
      context.addIssue({ code: 'custom', path: [name, key], params: { allowed } });
    for (const name of limiterNames) {
      const { burst, refill } = given[name];
      if (burst < refill) {
        refuse(name, 'burst', `at least limits.rates.${name}.refill`);
        refuse(name, 'refill', `at most limits.rates.${name}.burst`);
      } else if (reserveMs(given[name]) > longestReserveMs) {
        for (const key of ['burst', 'refill', 'everyMs'])
          refuse(name, key, 'what refills the burst within 7 days');
      }
    }
  });

import { z } from 'zod';
import { refusal, type RefusalCode } from '../schema/refusal.ts';
import { refusalMeanings } from './refusal-meanings.ts';

type RefusalSchema = (typeof refusal.options)[number];

const componentName = (code: RefusalCode): string =>
  `Refusal${code.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}`;

const codeOf = (option: RefusalSchema): RefusalCode => option.shape.code.value;

const byCode = new Map(refusal.options.map((option) => [codeOf(option), option]));

// In place, not on copies: the union of all refusals then refers to the same components.
for (const [code, option] of byCode) {
  z.globalRegistry.add(option, { id: componentName(code), description: refusalMeanings[code] });
}

/** The body of an answer that is one of the refusals. */
export function refusalBodyOf(codes: readonly RefusalCode[]): z.ZodType {
  const options = codes.flatMap((code) => byCode.get(code) ?? []);
  const [first, ...others] = options;
  if (!first) throw new Error('a refusal body needs a code');
  return z.object({
    error: others.length === 0 ? first : z.discriminatedUnion('code', [first, ...others]),
  });
}

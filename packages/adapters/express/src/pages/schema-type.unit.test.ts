import { describe, expect, it } from 'vitest';
import { markup, prose } from './html.ts';
import { type JsonSchema, schemaType } from './schema-type.ts';

const typeOf = (schema: JsonSchema): string => schemaType(schema).text;

describe('a schema in short', () => {
  it.each<[string, JsonSchema]>([
    ['<a href="#schema-Entry">Entry</a>', { $ref: '#/components/schemas/Entry' }],
    ['text (1 to 64)', { type: 'string', minLength: 1, maxLength: 64 }],
    ['text <i>^a$</i>', { type: 'string', pattern: '^a$' }],
    ['bytes', { type: 'string', contentEncoding: 'base64url' }],
    ['integer (from 1)', { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }],
    ['integer (1 to 9)', { type: 'integer', minimum: 1, maximum: 9 }],
    ['[ boolean … ] (up to 3)', { type: 'array', items: { type: 'boolean' }, maxItems: 3 }],
    ['&quot;a&quot; | &quot;b&quot;', { enum: ['a', 'b'] }],
    ['&quot;a&quot; | null', { anyOf: [{ const: 'a' }, { type: 'null' }] }],
    ['{ [name]: number }', { type: 'object', additionalProperties: { type: 'number' } }],
    ['{}', { type: 'object', properties: {} }],
    [
      '{\n  <b>a</b>: null\n  <b>b</b>?: {\n    <b>c</b>: text\n  }\n}',
      {
        type: 'object',
        required: ['a'],
        properties: {
          a: { type: 'null' },
          b: { type: 'object', required: ['c'], properties: { c: { type: 'string' } } },
        },
      },
    ],
  ])('is written as %s', (text, schema) => {
    expect(typeOf(schema)).toBe(text);
  });
});

describe('markup', () => {
  it('escapes what is put into it, and leaves markup as it is', () => {
    expect(
      markup`<p title="${'"\''}">${'<&>'}${markup`<b>${1}</b>`}${['<', markup`<i>`]}</p>`.text,
    ).toBe('<p title="&quot;&#39;">&lt;&amp;&gt;<b>1</b>&lt;<i></p>');
  });

  it('shows as code what stands between backticks', () => {
    expect(prose('see `a<b` here').text).toBe('see <code>a&lt;b</code> here');
  });
});

/** HTML that may be put into a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Piece = Html | string | number | readonly Piece[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function written(piece: Piece): string {
  if (piece instanceof Html) return piece.text;
  if (typeof piece === 'object') return piece.map(written).join('');
  return String(piece).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/**
 * A template whose values are escaped, unless they are HTML already. Not named `html`: formatters rewrite templates of
 * that name, and with them the spaces that `<pre>` shows.
 */
export const markup = (texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html =>
  new Html(
    texts.map((text, at) => text + (at < pieces.length ? written(pieces[at] ?? '') : '')).join(''),
  );

/** Text in which `words between backticks` are code. */
export const prose = (text: string): Html =>
  markup`${text.split('`').map((piece, at) => (at % 2 === 1 ? markup`<code>${piece}</code>` : piece))}`;

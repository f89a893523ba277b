export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Plot {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly series: readonly Series[];
}

const size = { width: 640, height: 360 };
const margin = { left: 70, right: 160, top: 40, bottom: 50 };
const colours = ['#0b6e99', '#c2571a', '#4c7a34', '#7a4ca0'];

interface Scale {
  readonly ticks: readonly number[];
  at(value: number): number;
}

/** Logarithmic, over whole powers of ten, onto a span of pixels. */
function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const lowest = Math.floor(Math.log10(Math.min(...values)));
  const highest = Math.max(lowest + 1, Math.ceil(Math.log10(Math.max(...values))));
  const at = (value: number): number =>
    from + ((Math.log10(value) - lowest) / (highest - lowest)) * (to - from);
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, step) => 10 ** (lowest + step));
  return { ticks, at };
}

const label = (value: number): string => value.toLocaleString('en-GB');
const text = (x: number, y: number, words: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`;

/** A chart of lines, both axes logarithmic. */
export function plotSvg({ title, xTitle, yTitle, series }: Plot): string {
  const all = series.flatMap(({ points }) => points);
  const bottom = size.height - margin.bottom;
  const right = size.width - margin.right;
  const x = scaleOf(
    all.map(([one]) => one),
    margin.left,
    right,
  );
  const y = scaleOf(
    all.map(([, one]) => one),
    bottom,
    margin.top,
  );
  const grid = [
    ...x.ticks.map((tick) => [x.at(tick), bottom, x.at(tick), margin.top]),
    ...y.ticks.map((tick) => [margin.left, y.at(tick), right, y.at(tick)]),
  ].map(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="#ddd"/>`);
  const lines = series.flatMap(({ name, points }, place) => {
    const colour = colours[place % colours.length] ?? '';
    const path = points.map(([px, py]) => `${x.at(px).toFixed(1)} ${y.at(py).toFixed(1)}`);
    const [endX, endY] = points.at(-1) ?? [1, 1];
    return [
      `<path d="M${path.join('L')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      text(x.at(endX) + 6, y.at(endY) + 4, name, `fill="${colour}"`),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    text(margin.left, 20, title, 'font-size="14"'),
    ...grid,
    ...x.ticks.map((tick) => text(x.at(tick), bottom + 18, label(tick), 'text-anchor="middle"')),
    ...y.ticks.map((tick) =>
      text(margin.left - 6, y.at(tick) + 4, label(tick), 'text-anchor="end"'),
    ),
    text((margin.left + right) / 2, size.height - 10, xTitle, 'text-anchor="middle"'),
    text(10, margin.top - 8, yTitle),
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

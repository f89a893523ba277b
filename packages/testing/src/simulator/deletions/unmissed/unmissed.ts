/** Why a line may be gone without a promise breaking that a simulated deployment can show. */
export const whys = {
  counts: 'it counts, or tells operators',
  saves: 'it saves time: without it more is asked, read or told, and the same comes out',
  bounds: 'it bounds memory or size, and nothing in a run is that large',
  stops: 'a simulated process ends as a whole',
  same: 'what remains does the same',
  sooner: 'it tells sooner what a comparison, a rereading or a question finds',
  rule: 'another rule refuses the same',
  heals: 'another part heals the same: the fence, the sweep, or the log itself',
  race: 'it matters in a race that hardly a run meets',
  elsewhere: 'no simulated deployment comes here',
} as const;

/** Lines of one file that may be gone, by why. */
export type Unmissed = { readonly [Why in keyof typeof whys]?: readonly string[] };

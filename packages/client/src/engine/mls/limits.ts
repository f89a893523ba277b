/** Entries bring at most this much to the decoder in one part: a Welcome for 1,024 devices is 400 kB. */
export const MAX_PART_BYTES = 2 * 1024 * 1024;
/** A commit that adds 512 devices and refreshes their whole tree is 230 kB. */
export const MAX_COMMIT_BYTES = 512 * 1024;
export const MAX_TREE_BYTES = 1024 * 1024;
/** Leaves of a tree, blank ones included. */
export const MAX_LEAVES = 1024;
/** How many messages of one sender may be missing before the next one that is read. */
export const MAX_FORWARD_STEPS = 5000;

export const BUNDLE_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;
/** How far the clock of a device that adds may be behind that of the device that made the bundle. */
export const CLOCK_SKEW_MS = 60 * 60 * 1000;
/** A bundle that ends within this time is not used: it may have ended when it is looked at again. */
export const BUNDLE_MARGIN_MS = 60 * 1000;

/** Two people changed one text: both changes in one where they do not touch, else null. */

/** Where `after` differs from `before`: from `begin` on, `gone` characters gave way to `put`. */
export function difference(before, after) {
  const most = Math.min(before.length, after.length);
  let begin = 0;
  while (begin < most && before[begin] === after[begin]) begin += 1;
  let same = 0;
  while (same < most - begin && before[before.length - 1 - same] === after[after.length - 1 - same]) same += 1;
  return { begin, gone: before.length - same - begin, put: after.slice(begin, after.length - same) };
}

/** `mine` and `theirs` as they came out of `base`. */
export function merge(base, mine, theirs) {
  if (mine === theirs || theirs === base) return mine;
  if (mine === base) return theirs;
  const [first, second] = [difference(base, mine), difference(base, theirs)].sort((a, b) => a.begin - b.begin);
  if (first.begin + first.gone > second.begin || first.begin === second.begin) return null;
  const between = base.slice(first.begin + first.gone, second.begin);
  return base.slice(0, first.begin) + first.put + between + second.put + base.slice(second.begin + second.gone);
}

/** Where a place of `before` lies in `after`. */
export function moved(place, before, after) {
  const { begin, gone, put } = difference(before, after);
  if (place <= begin) return place;
  return place >= begin + gone ? place - gone + put.length : Math.min(place, begin + put.length);
}

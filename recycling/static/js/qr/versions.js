// What the standard (ISO/IEC 18004) lays down for each version of a QR code. Versions 1 to 10: a larger one holds more than
// any label of a thing, and a telephone cannot read it from where it is held.

export const LAST_VERSION = 10;

// By level, then by version from 1 on.
const CORRECTION = {
  L: [7, 10, 15, 20, 26, 18, 20, 24, 30, 18],
  M: [10, 16, 26, 18, 24, 16, 18, 22, 22, 26],
  Q: [13, 22, 18, 26, 18, 24, 18, 22, 20, 24],
  H: [17, 28, 22, 16, 22, 28, 26, 26, 24, 28],
};
const BLOCKS = {
  L: [1, 1, 1, 1, 1, 2, 2, 2, 2, 4],
  M: [1, 1, 1, 2, 2, 4, 4, 4, 5, 5],
  Q: [1, 1, 2, 2, 4, 4, 6, 6, 8, 8],
  H: [1, 1, 2, 4, 4, 4, 5, 6, 8, 8],
};
// Of the smallest codes some of the correction is kept to notice that it would go wrong.
const KEPT = { L: [3, 2, 1], M: [2], Q: [1], H: [1] };

export const sideOf = (version) => 17 + 4 * version;

// The middles of the small squares, along either side.
export const smallSquaresOf = (version) => {
  if (version === 1) return [];
  const number = Math.floor(version / 7) + 2;
  const last = sideOf(version) - 7;
  const step = 2 * Math.ceil((last - 6) / (number - 1) / 2);
  return [6, ...Array.from({ length: number - 1 }, (_one, at) => last - (number - 2 - at) * step)];
};

// How the codewords are shared out: {blocks: [length of the data of each], correction, errors that a block may have}.
export const blocksOf = (version, level, codewords) => {
  const number = BLOCKS[level][version - 1];
  const correction = CORRECTION[level][version - 1];
  const short = Math.floor(codewords / number);
  const long = codewords % number;
  return {
    blocks: Array.from({ length: number }, (_one, at) => short - correction + (at >= number - long ? 1 : 0)),
    correction,
    errors: Math.floor((correction - (KEPT[level][version - 1] ?? 0)) / 2),
  };
};

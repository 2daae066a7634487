// A picture as dark and light: each pixel is compared with the mean of its surroundings, so that a shadow costs nothing.

export const greyOf = ({ data, width, height }) => {
  const grey = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 4) {
    grey[at] = (data[from] * 77 + data[from + 1] * 151 + data[from + 2] * 28) >> 8;
  }
  return { grey, width, height };
};

// What is summed up to the left and above of each pixel: the sum of any rectangle is then four look-ups.
export const summed = ({ grey, width, height }) => {
  const wide = width + 1;
  const sums = new Uint32Array(wide * (height + 1));
  for (let y = 0; y < height; y += 1) {
    let row = 0;
    for (let x = 0; x < width; x += 1) {
      row += grey[y * width + x];
      sums[(y + 1) * wide + x + 1] = sums[y * wide + x + 1] + row;
    }
  }
  return sums;
};

// 1 is dark. `part`: the surroundings are this part of the longer side. `below`: dark is what is darker than so much of their
// mean. `softly`: the pixel counts with its eight neighbours, which quietens a noisy picture.
export const darkIn = ({ grey, width, height }, sums, { part, below, softly = false }) => {
  const half = Math.max(8, Math.round(Math.max(width, height) / part / 2));
  const wide = width + 1;
  const bits = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const top = Math.max(0, y - half) * wide;
    const bottom = Math.min(height, y + half + 1) * wide;
    const rows = (bottom - top) / wide;
    for (let x = 0; x < width; x += 1) {
      const left = Math.max(0, x - half);
      const right = Math.min(width, x + half + 1);
      const mean = (sums[bottom + right] - sums[top + right] - sums[bottom + left] + sums[top + left]) / (rows * (right - left));
      let level = grey[y * width + x];
      if (softly && x && y && x < width - 1 && y < height - 1) {
        const above = (y - 1) * wide + x;
        const under = (y + 2) * wide + x;
        level = (sums[under + 2] - sums[above + 2] - sums[under - 1] + sums[above - 1]) / 9;
      }
      bits[y * width + x] = level < mean * below ? 1 : 0;
    }
  }
  return { bits, width, height };
};

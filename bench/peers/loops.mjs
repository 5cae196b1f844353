/** As many loops as tasks may run at once: what one would write without a library. @type {import('../types.d.ts').CreateContender} */
export const loops = (concurrency) => ({
  run: (count, task) => {
    let left = count;
    const loop = async () => {
      while (left-- > 0) await task();
    };
    return Promise.all(Array.from({ length: concurrency }, loop));
  },
});

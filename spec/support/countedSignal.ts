/** A signal that counts its listeners. */
export const countedSignal = () => {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = AbortSignal.prototype;
  signal.addEventListener = (...args: unknown[]) => {
    listeners.add(args[1]);
    (addEventListener as (...args: unknown[]) => void).apply(signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    listeners.delete(args[1]);
    (removeEventListener as (...args: unknown[]) => void).apply(signal, args);
  };
  return { controller, signal, listeners };
};

import { NEVER, of, range, Subject, take, throwError, map, type Observable } from 'rxjs';
import { fold, InvalidConfigError, type Fold, type TaskEvent } from '../../src/index.js';
import { runMarbles } from '../support/runMarbles.js';
import { arrived, completed, started } from '../support/taskEvents.js';

const events = { a: arrived(0), s: started(0), c: completed(0) };

/** The types of all events so far, by their first letters. */
const letters = (): Fold<string> => {
  let seen = '';
  return {
    apply: ({ type }) => (seen += type.charAt(0)),
    read: () => seen,
  };
};

/** A fold that does as it should but for what is given. */
const foldWith = (given: Partial<Fold<string>>) => (): Fold<string> => ({ ...letters(), ...given });
const failure = new Error('on purpose');
const fail = (): never => {
  throw failure;
};

const errorOf = (output$: Observable<unknown>): unknown => {
  let thrown: unknown;
  output$.subscribe({ error: (error: unknown) => (thrown = error) });
  return thrown;
};

describe('fold', () => {
  it('never emits when the source never does', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<TaskEvent>('-');
      expectObservable(source.pipe(fold(letters))).toBe('-');
      expectSubscriptions(source.subscriptions).toBe('^');
    });
  });

  it('completes without a value when the source is empty', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold<TaskEvent>('--|');
      expectObservable(source.pipe(fold(letters))).toBe('     --|');
      expectSubscriptions(source.subscriptions).toBe('        ^-!');
    });
  });

  it('emits right after each event, equal values too', () => {
    runMarbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('--a-s--(aa)-c-|', events);
      const expected = '  --1-2--(34)-5-|';
      const values = { 1: 'a', 2: 'as', 3: 'asa', 4: 'asaa', 5: 'asaac' };
      expectObservable(source.pipe(fold(letters))).toBe(expected, values);
      const same = foldWith({ read: () => 'same' });
      expectObservable(source.pipe(fold(same))).toBe('--x-x--(xx)-x-|', { x: 'same' });
      expectSubscriptions(source.subscriptions).toBe(['^-------------!', '^-------------!']);
    });
  });

  it('passes on an error of the source', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-#', events);
      expectObservable(source.pipe(fold(letters))).toBe('-a-#');
      expectSubscriptions(source.subscriptions).toBe('   ^--!');
    });
    expect(errorOf(throwError(() => failure).pipe(fold(letters)))).toBe(failure);
  });

  it('unsubscribes from its source when its output is unsubscribed from', () => {
    runMarbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('   -a-s-c|', events);
      const unsubscribed = '  ----!';
      expectObservable(source.pipe(fold(letters)), unsubscribed).toBe('-1-2', { 1: 'a', 2: 'as' });
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('unsubscribes from a synchronous source before the next event', () => {
    let made = 0;
    const source$ = range(0, 1e9).pipe(
      map((time) => {
        made++;
        return arrived(time);
      }),
    );
    const output: string[] = [];
    source$.pipe(fold(letters), take(3)).subscribe((value) => output.push(value));
    expect(output).toEqual(['a', 'aa', 'aaa']);
    expect(made).toBe(3);
  });

  it('makes nothing before the subscribe, and a fold for each subscription', () => {
    const source$ = new Subject<TaskEvent>();
    const create = jest.fn(letters);
    const output$ = source$.pipe(fold(create));
    expect(create).not.toHaveBeenCalled();
    const [first, second]: string[][] = [[], []];
    output$.subscribe((value) => first!.push(value));
    source$.next(events.a);
    output$.subscribe((value) => second!.push(value));
    source$.next(events.s);
    expect([first, second]).toEqual([['a', 'as'], ['s']]);
    expect(create).toHaveBeenCalledTimes(2);
  });

  it('takes the methods of a class', () => {
    class Count implements Fold<number> {
      #count = 0;
      apply(): void {
        this.#count++;
      }
      read(): number {
        return this.#count;
      }
    }
    const output: number[] = [];
    of(events.a, events.s)
      .pipe(fold(() => new Count()))
      .subscribe((count) => output.push(count));
    expect(output).toEqual([1, 2]);
  });

  it('takes a hundred thousand events at once', () => {
    let last = 0;
    range(1, 100_000)
      .pipe(
        map((time) => arrived(time)),
        fold((): Fold<number> => {
          let count = 0;
          return { apply: () => count++, read: () => count };
        }),
      )
      .subscribe((count) => (last = count));
    expect(last).toBe(100_000);
  });

  it.each<[string, () => Fold<string>]>([
    ['create', fail],
    ['apply', foldWith({ apply: fail })],
    ['read', foldWith({ read: fail })],
  ])('ends with the error that `%s` throws, and unsubscribes', (name, create) => {
    const source$ = new Subject<TaskEvent>();
    let thrown: unknown;
    source$.pipe(fold(create)).subscribe({ error: (error: unknown) => (thrown = error) });
    if (name !== 'create') {
      expect(source$.observed).toBe(true);
      source$.next(events.a);
    }
    expect(thrown).toBe(failure);
    expect(source$.observed).toBe(false);
  });

  it.each([undefined, null, 1, {}, { apply: () => 1 }, { read: () => 1 }])(
    'ends with an error when `create` returns %p',
    (wrong: unknown) => {
      const error = errorOf(NEVER.pipe(fold(() => wrong as Fold<string>)));
      expect(error).toBeInstanceOf(InvalidConfigError);
      expect(error).toMatchObject({ field: 'create()', value: wrong });
    },
  );

  it.each([undefined, null, 1, {}, letters()])(
    'refuses %p for `create` at the call',
    (wrong: any) => {
      expect(() => fold(wrong)).toThrow(InvalidConfigError);
      expect(() => fold(wrong)).toThrow('`create` to be a function');
    },
  );
});

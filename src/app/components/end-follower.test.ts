import { expect, test } from 'vitest'
import { EndFollower } from './end-follower.ts'

/** What selections can be in. */
const inside = { inside: true } as unknown as Node
const outside = { inside: false } as unknown as Node

/** Something that scrolls, as a browser does it: places have limits, and are told of afterwards. */
class TestScroller extends EventTarget {
  scrollHeight = 1_000
  clientHeight = 400
  selection: { isCollapsed: boolean; anchorNode: Node | null } | null = null
  readonly ownerDocument = Object.assign(new EventTarget(), {
    getSelection: () => this.selection,
  })
  written = 0
  #place = 0
  #resized = () => {}

  get scrollTop() {
    return this.#place
  }

  set scrollTop(place: number) {
    this.written++
    this.#put(place)
  }

  contains(node: Node | null): boolean {
    return node === inside
  }

  watch = (onResize: () => void) => {
    this.#resized = onResize
    onResize()
    return () => {
      this.#resized = () => {}
    }
  }

  get toEnd() {
    return this.scrollHeight - this.clientHeight - this.#place
  }

  /** The reader's own. */
  scroll(place: number): void {
    this.#put(place)
    this.dispatchEvent(new Event('scroll'))
  }

  wheel(deltaY: number, more: object = {}): void {
    this.dispatchEvent(Object.assign(new Event('wheel'), { deltaY, ctrlKey: false, ...more }))
  }

  grow(px: number): void {
    this.scrollHeight += px
    this.#put(this.#place)
    this.#resized()
    this.dispatchEvent(new Event('scroll'))
  }

  room(px: number): void {
    this.clientHeight = px
    this.#put(this.#place)
    this.#resized()
  }

  select(node: Node | null, isCollapsed = false): void {
    this.selection = { anchorNode: node, isCollapsed }
    this.ownerDocument.dispatchEvent(new Event('selectionchange'))
  }

  #put(place: number): void {
    this.#place = Math.max(0, Math.min(place, this.scrollHeight - this.clientHeight))
  }
}

function follow() {
  const scroller = new TestScroller()
  const follower = new EndFollower()
  const detach = follower.attach(scroller, scroller.watch)
  return { scroller, follower, detach }
}

test('R3: it begins at the end and stays there while what it holds grows and the room changes', () => {
  const { scroller, follower } = follow()
  expect(scroller.toEnd).toBe(0)
  for (let lines = 0; lines < 20; lines++) scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
  scroller.room(300)
  expect(scroller.toEnd).toBe(0)
  scroller.room(500)
  scroller.grow(-200)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
  expect(follower.getSnapshot()).toBe(true)
})

test('R3: a room that grows and shrinks before anybody is told is nobody’s scrolling', () => {
  const { scroller, follower } = follow()
  scroller.room(318)
  // A row of the queue goes, and its editor comes: the browser has moved it between the two.
  scroller.clientHeight = 359
  scroller.scroll(scroller.scrollTop)
  scroller.clientHeight = 280
  scroller.dispatchEvent(new Event('scroll'))
  scroller.room(280)
  expect(scroller.toEnd).toBe(0)
  expect(follower.getSnapshot()).toBe(true)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
})

test('R3: it lets go when the reader scrolls up, by whatever, and follows again near the end', () => {
  const { scroller, follower } = follow()
  const told: boolean[] = []
  follower.subscribe(() => told.push(follower.getSnapshot()))
  scroller.scroll(590)
  scroller.grow(28)
  expect(scroller.scrollTop).toBe(590)
  // Near the end there is no way back to offer.
  expect(told).toEqual([])
  scroller.grow(100)
  expect(told).toEqual([false])
  scroller.scroll(300)
  scroller.grow(100)
  expect(scroller.scrollTop).toBe(300)
  // On the way down, not yet near.
  scroller.scroll(500)
  scroller.grow(10)
  expect(scroller.scrollTop).toBe(500)
  scroller.scroll(scroller.scrollTop + scroller.toEnd - 60)
  expect(told).toEqual([false, true])
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
})

test('R3: a turn of the wheel upwards lets go before anything has moved', () => {
  const { scroller } = follow()
  scroller.wheel(-1)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(28)
  scroller.scroll(scroller.scrollTop - 100)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(156)
})

test('R3: a wheel that zooms, or that scrolls nothing, lets go of nothing', () => {
  const { scroller } = follow()
  scroller.wheel(-1, { ctrlKey: true })
  scroller.wheel(0)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
  const short = new TestScroller()
  short.scrollHeight = short.clientHeight
  new EndFollower().attach(short, short.watch)
  short.wheel(-1)
  short.grow(100)
  expect(short.toEnd).toBe(0)
})

test('R3: at the very end a turn downwards follows again, though nothing scrolls', () => {
  const { scroller } = follow()
  scroller.wheel(-1)
  scroller.wheel(1)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
})

test('R3: while the reader selects text in it, it stays', () => {
  const { scroller, follower } = follow()
  scroller.select(inside)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(28)
  // Selected no more, and near the end still.
  scroller.select(inside, true)
  scroller.grow(10)
  expect(scroller.toEnd).toBe(0)
  scroller.select(inside)
  scroller.grow(200)
  scroller.select(null)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(228)
  expect(follower.getSnapshot()).toBe(false)
})

test('R3: what is selected elsewhere on the page does not hold it', () => {
  const { scroller } = follow()
  scroller.select(outside)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
})

test('R3: whoever asks for the end gets there, and stays', () => {
  const { scroller, follower } = follow()
  scroller.select(inside)
  scroller.scroll(0)
  follower.toEnd()
  expect(scroller.toEnd).toBe(0)
  expect(follower.getSnapshot()).toBe(true)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
  follower.letGo()
  scroller.grow(28)
  expect(scroller.toEnd).toBe(28)
})

test('R3: what is put in front moves the place along, and is nobody’s scrolling', () => {
  const { scroller, follower } = follow()
  scroller.scroll(40)
  scroller.scrollHeight += 900
  follower.shift(900)
  scroller.dispatchEvent(new Event('scroll'))
  expect(scroller.scrollTop).toBe(940)
  scroller.grow(28)
  expect(scroller.scrollTop).toBe(940)
})

test('R3: one who goes back to the place that was written last is seen', () => {
  const { scroller } = follow()
  const end = scroller.scrollTop
  scroller.scroll(end - 200)
  scroller.scroll(end)
  scroller.grow(28)
  expect(scroller.toEnd).toBe(0)
})

test('R3: where what one reads gets shorter than the room, it follows again', () => {
  const { scroller, follower } = follow()
  scroller.scroll(100)
  expect(follower.getSnapshot()).toBe(false)
  scroller.grow(-900)
  expect(follower.getSnapshot()).toBe(true)
  scroller.grow(900)
  expect(scroller.toEnd).toBe(0)
})

test('R3: let go of, it listens to nothing', () => {
  const { scroller, follower, detach } = follow()
  detach()
  const { written } = scroller
  scroller.grow(28)
  scroller.wheel(-1)
  follower.toEnd()
  expect(scroller.written).toBe(written)
})

/**
 * Keeps a scroller at its end while its reader is there: what it holds grows, the room for it changes, and the
 * place is set before the browser paints. No frame is asked for. Used by the conversation; knows no framework.
 */

/** What it needs of an element. */
export interface Scroller extends EventTarget {
  scrollTop: number
  readonly scrollHeight: number
  readonly clientHeight: number
  contains(node: Node | null): boolean
  readonly ownerDocument: EventTarget & { getSelection(): ScrollerSelection | null }
}

type ScrollerSelection = Pick<Selection, 'isCollapsed' | 'anchorNode'>

/** Calls back when the scroller or what it holds has another size, after layout. Returns the end of it. */
type WatchSizes = (onResize: () => void) => () => void

/** Who comes this near to the end, in pixels, wants to be there. */
const nearPx = 70
/** Places are rounded differently where pixels are not whole. */
const roundingPx = 1

export class EndFollower {
  readonly #listeners = new Set<() => void>()
  #scroller: Scroller | null = null
  #following = true
  /** Somebody has selected text in it: it stays where it is under their pointer. */
  #holding = false
  #atEnd = true
  #place = 0
  /** The room that there was when we looked last. */
  #room = 0
  /** The place that we set last; null once the reader has gone elsewhere. */
  #written: number | null = null

  /** Whether the reader is at the end, or will be. */
  readonly getSnapshot = (): boolean => this.#atEnd

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Returns what lets go of the element. */
  attach(scroller: Scroller, watchSizes: WatchSizes): () => void {
    this.#scroller = scroller
    const { ownerDocument } = scroller
    scroller.addEventListener('scroll', this.#onScroll, { passive: true })
    scroller.addEventListener('wheel', this.#onWheel, { passive: true })
    ownerDocument.addEventListener('selectionchange', this.#onSelection)
    const unwatch = watchSizes(this.#onResize)
    return () => {
      unwatch()
      ownerDocument.removeEventListener('selectionchange', this.#onSelection)
      scroller.removeEventListener('wheel', this.#onWheel)
      scroller.removeEventListener('scroll', this.#onScroll)
      this.#scroller = null
    }
  }

  /** Goes to the end at once, and stays there. No motion that somebody may not want. */
  toEnd(): void {
    this.#following = true
    this.#holding = false
    this.#goToEnd()
    this.#tell()
  }

  /** Stays where it is, until the reader comes to the end again. */
  letGo(): void {
    this.#following = false
    this.#tell()
  }

  /** So many pixels were put in, or taken out, above what one reads. */
  shift(px: number): void {
    if (this.#scroller) this.#goTo(this.#scroller.scrollTop + px)
  }

  readonly #onResize = (): void => {
    this.#room = this.#scroller?.clientHeight ?? 0
    if (this.#following && !this.#holding) this.#goToEnd()
    else if (this.#following) this.#following = this.#toEndPx() <= nearPx
    // What shrinks may bring the end to the reader.
    else this.#following = this.#toEndPx() <= roundingPx
    this.#tell()
  }

  readonly #onScroll = (): void => {
    const scrollTop = this.#scroller?.scrollTop ?? 0
    const before = this.#place
    this.#place = scrollTop
    // Ours, told later.
    if (this.#written !== null && Math.abs(scrollTop - this.#written) <= roundingPx) return
    this.#written = null
    const toEndPx = this.#toEndPx()
    // The room grew, which moved us, and shrank again before anybody was told: nobody has scrolled, and the
    // change of size that follows puts it right.
    if (this.#following && this.#scroller?.clientHeight !== this.#room) return
    // At the very end it is also where the browser puts one when something goes away.
    if (toEndPx <= roundingPx) this.#following = true
    else if (scrollTop < before) this.#following = false
    else if (scrollTop > before && toEndPx <= nearPx) this.#following = true
    this.#tell()
  }

  /** Ahead of the scrolling that it brings: set meanwhile, the place would cancel it. */
  readonly #onWheel = (event: Event): void => {
    const { deltaY, ctrlKey } = event as WheelEvent
    const scroller = this.#scroller
    // With the key it is a zoom.
    if (!scroller || ctrlKey || deltaY === 0) return
    if (deltaY > 0) {
      if (!this.#following) this.#following = this.#toEndPx() <= roundingPx
    } else if (scroller.scrollTop > 0 && !scrollsInside(event.target, scroller)) {
      this.#following = false
    }
    this.#tell()
  }

  readonly #onSelection = (): void => {
    const selection = this.#scroller?.ownerDocument.getSelection() ?? null
    this.#holding =
      selection !== null &&
      !selection.isCollapsed &&
      this.#scroller?.contains(selection.anchorNode) === true
  }

  #goToEnd(): void {
    if (this.#scroller) this.#goTo(this.#scroller.scrollHeight - this.#scroller.clientHeight)
  }

  #goTo(place: number): void {
    if (!this.#scroller) return
    this.#scroller.scrollTop = place
    // Read again: it has its limits.
    this.#place = this.#scroller.scrollTop
    this.#written = this.#place
  }

  #toEndPx(): number {
    if (!this.#scroller) return 0
    const { scrollHeight, clientHeight, scrollTop } = this.#scroller
    return scrollHeight - clientHeight - scrollTop
  }

  #tell(): void {
    const atEnd = this.#following || this.#toEndPx() <= nearPx
    if (atEnd === this.#atEnd) return
    this.#atEnd = atEnd
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Whether something between the two, a field perhaps, takes a turn of the wheel upwards for itself. */
function scrollsInside(target: EventTarget | null, scroller: Scroller): boolean {
  if (typeof Element === 'undefined' || !(target instanceof Element)) return false
  for (let at: Element | null = target; at && at !== (scroller as object); at = at.parentElement) {
    if (at.scrollTop > 0) return true
  }
  return false
}

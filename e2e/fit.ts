/**
 * Whether everything on a page has its room: looked at in the page itself, where the boxes are. Used by
 * `everyone.spec.ts`.
 */
import { expect, type Page } from '@playwright/test'

const controls =
  'button, a[href], input, textarea, select, [role="option"], [role="menuitem"], [role="radio"]'

/** No text is cut or outside of the page, no control is covered, and nothing scrolls sideways. */
export async function expectToFit(page: Page, state: string): Promise<void> {
  // What opens is placed within two frames, and what slides in is where it belongs when that has ended.
  await page.evaluate(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await frame()
    await frame()
    const lasting = ({ effect }: Animation) =>
      effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(lasting)
        .map(({ finished }) => finished),
    )
    await frame()
  })
  expect.soft(await misfits(page), state).toEqual([])
}

function misfits(page: Page): Promise<string[]> {
  return page.evaluate((selector) => {
    const found: string[] = []
    const { documentElement: root } = document
    if (root.scrollWidth > root.clientWidth) found.push(`sideways: ${root.scrollWidth}`)
    // The one that is on top: beneath a dialog or a menu nothing is to be used.
    const scope =
      document.querySelector('[role="dialog"]') ??
      document.querySelector('[role="listbox"]') ??
      document.body
    const said = '[aria-hidden="true"], a[href="#message"], next-route-announcer'
    /** For screen readers alone, or not shown now. */
    const isHidden = (element: Element) => {
      if (element.closest(said)) return true
      for (let up: Element | null = element; up && up !== scope; up = up.parentElement) {
        const { position } = getComputedStyle(up)
        const { width, height } = up.getBoundingClientRect()
        if (position === 'absolute' && width <= 1 && height <= 1) return true
      }
      return false
    }
    const isScrolled = (element: Element) => element.closest('pre, .table-frame') !== null
    const isLabelled = (element: Element, at: Element) =>
      element.closest('label')?.contains(at) === true
    const nameOf = (element: Element) =>
      (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 60)

    for (const element of scope.querySelectorAll('*')) {
      if (isHidden(element) || !(element instanceof HTMLElement)) continue
      const { overflowX, overflowY, textOverflow, webkitLineClamp } = getComputedStyle(element)
      const clips = [overflowX, overflowY].some((each) => each === 'hidden' || each === 'clip')
      if (!clips || textOverflow === 'ellipsis' || webkitLineClamp !== 'none') continue
      const over =
        element.scrollWidth > element.clientWidth + 1 ||
        element.scrollHeight > element.clientHeight + 1
      if (over && nameOf(element) !== '') found.push(`cut: ${nameOf(element)}`)
    }
    const texts = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { currentNode: text } = texts
      const parent = text.parentElement
      if (!parent || isHidden(parent) || isScrolled(parent) || !text.textContent?.trim()) continue
      if (getComputedStyle(parent).textOverflow === 'ellipsis') continue
      const range = document.createRange()
      range.selectNodeContents(text)
      for (const { left, right, width } of range.getClientRects()) {
        if (width > 0 && (left < -1 || right > root.clientWidth + 1)) {
          found.push(`outside: ${text.textContent.slice(0, 60)}`)
          break
        }
      }
    }
    const scrolled = new Map<Element, number>()
    for (const element of scope.querySelectorAll(selector)) {
      if (isHidden(element) || !element.checkVisibility({ checkVisibilityCSS: true })) continue
      for (let up = element.parentElement; up; up = up.parentElement) {
        if (!scrolled.has(up)) scrolled.set(up, up.scrollTop)
      }
      // What floats at the end of the conversation may stand over it there: then it can be scrolled away from it.
      const isFree = (['nearest', 'center'] as const).some((block) => {
        element.scrollIntoView({ block })
        const box = element.getBoundingClientRect()
        if (box.width === 0) return true
        const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)
        // A disabled button, or one that shows on hover alone, lets through what is around it.
        return (
          at !== null && (element.contains(at) || at.contains(element) || isLabelled(element, at))
        )
      })
      if (!isFree) found.push(`covered: ${nameOf(element)}`)
    }
    for (const [element, top] of scrolled) element.scrollTop = top
    return found
  }, controls)
}

/** What one presses that is smaller than that, both ways; but links within a text. */
export function smallTargets(page: Page, px: number): Promise<string[]> {
  return page.evaluate(
    ({ selector, px }) => {
      const found: string[] = []
      for (const element of document.querySelectorAll(selector)) {
        if (element.closest('.prose p, .sr-only, [aria-hidden="true"]')) continue
        if (element.matches('a[href="#message"]') || !element.checkVisibility()) continue
        const { width, height } = element.getBoundingClientRect()
        // What is hidden at this width.
        if (width === 0) continue
        if (Math.min(width, height) < px - 0.5) {
          const name = element.getAttribute('aria-label') ?? element.textContent ?? ''
          found.push(`${name.slice(0, 40)}: ${Math.round(width)} x ${Math.round(height)}`)
        }
      }
      return found
    },
    { selector: controls, px },
  )
}

/** Fields whose letters are smaller than that. */
export function smallTexts(page: Page, px: number): Promise<string[]> {
  return page.evaluate(
    (least) =>
      [...document.querySelectorAll('textarea, input:not([type="radio"])')]
        .filter((field) => Number.parseFloat(getComputedStyle(field).fontSize) < least)
        .map((field) => field.getAttribute('aria-label') ?? field.outerHTML.slice(0, 80)),
    px,
  )
}

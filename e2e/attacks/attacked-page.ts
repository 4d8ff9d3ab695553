/**
 * Watches a browser for what an attack would do: a script that runs, a dialog, a request outward, an
 * element that has no place in a message. Used by the specs of attacks.
 */
import type { BrowserContext, Page } from '@playwright/test'

export class AttackedPage {
  /** What happened. Nothing should. */
  readonly happened: string[] = []

  async follow(context: BrowserContext): Promise<void> {
    await context.exposeFunction('attacked', () => {
      this.happened.push('a script ran')
    })
    await context.route(/evil\.example/, (route) => {
      this.happened.push(`a request: ${route.request().url()}`)
      return route.abort()
    })
    context.on('dialog', (dialog) => {
      this.happened.push(`a dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })
  }

  /** What became more than text anywhere in the page: in lists, dialogs, toasts, fields. */
  async foundAround(page: Page): Promise<string[]> {
    return page.evaluate(() => {
      const wrong: string[] = []
      const hostile = /evil\.example|attacked|javascript:|vbscript:|data:text|view-source:/i
      for (const it of document.querySelectorAll('*')) {
        for (const { name, value } of it.attributes) {
          if (/^on|^srcdoc$|^ping$|^formaction$/.test(name)) wrong.push(`${name}: ${it.outerHTML}`)
          const leads = /^(?:href|src|srcset|xlink:href|action|data|style|poster|background)$/
          // A link in the conversation may lead anywhere: `foundIn` looks at those.
          const isToldLink = it.matches('[role="log"] a')
          if (leads.test(name) && !isToldLink && hostile.test(value)) wrong.push(it.outerHTML)
        }
        const isElement = /^(?:script|style|iframe|object|embed|base|meta|template|form|math)$/
        if (isElement.test(it.localName) && hostile.test(it.outerHTML.slice(0, 2000))) {
          // What the server sent along is data in a script of its own: it has a nonce.
          if (!(it instanceof HTMLScriptElement && it.nonce)) wrong.push(it.outerHTML)
        }
      }
      return wrong
    })
  }

  /** What stands in the page and should not. */
  async foundIn(page: Page): Promise<string[]> {
    const own = page.url()
    const found = await page.evaluate(() => {
      const wrong: string[] = []
      const log = document.querySelector('[role="log"]')
      if (!log) return ['there is no conversation']
      const forbidden =
        'script,iframe,object,embed,form,style,link,meta,base,img,picture,source,video,audio,math,template,use,image,animate,dialog,details'
      for (const it of log.querySelectorAll(forbidden)) wrong.push(it.outerHTML)
      for (const it of log.querySelectorAll('*')) {
        for (const { name } of it.attributes) {
          if (/^on|^style$|^srcdoc$|^ping$|^formaction$/.test(name))
            wrong.push(`${name}: ${it.outerHTML}`)
        }
      }
      for (const link of log.querySelectorAll('a')) {
        const whole = /^(?:https?|mailto):/.test(link.getAttribute('href') ?? '')
        const rel = link.rel.split(' ')
        const apart = rel.includes('noopener') && rel.includes('noreferrer')
        if (!whole || !apart || link.target !== '_blank') wrong.push(link.outerHTML)
      }
      return wrong
    })
    return page.url() === own ? found : [...found, `the page went to ${page.url()}`]
  }
}

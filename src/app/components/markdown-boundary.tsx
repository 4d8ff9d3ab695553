'use client'
/** Around what parses Markdown: should it fail on a text, that text is shown as it is, and the page stays. */
import { Component, type ReactNode } from 'react'

interface Props {
  text: string
  fallback: ReactNode
  children: ReactNode
}

export class MarkdownBoundary extends Component<Props, { failed: string | null }> {
  override state = { failed: null as string | null }

  static getDerivedStateFromError(): { failed: string } {
    return { failed: '' }
  }

  /** A text that only grows does not get better: another one is tried. */
  static getDerivedStateFromProps({ text }: Props, { failed }: { failed: string | null }) {
    if (failed === null) return null
    return text.startsWith(failed) ? { failed: failed === '' ? text : failed } : { failed: null }
  }

  override render(): ReactNode {
    return this.state.failed === null ? this.props.children : this.props.fallback
  }
}

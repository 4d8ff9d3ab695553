'use client'
/**
 * Links and pictures of an answer. Nothing is loaded: a picture is a link. Where a link goes is told on
 * hover and focus, and beside the text where the text says something else. Used by `markdown-body.tsx`.
 */
import { createContext, isValidElement, type ReactNode, useContext } from 'react'
import { useText } from '../i18n/use-text.tsx'
import { linkTarget, needsHost } from './link-target.ts'
import { Tip } from './tip.tsx'

/** Links do not stand in links. */
const InLink = createContext(false)

/** `[text](href)`, and addresses that became links by themselves. */
export function MarkdownLink({ href, children }: { href?: unknown; children?: ReactNode }) {
  const target = linkTarget(href)
  const inLink = useContext(InLink)
  if (!target || inLink) return <span>{children}</span>
  const text = textOf(children)
  return (
    <Tip label={target.host} side="top">
      {/* The tip is for the eye alone: who listens hears it from the link. */}
      <a
        href={target.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        aria-description={needsHost(text, target) ? undefined : target.host}
      >
        {/* Isolated: what turns the text's direction leaves the host as it is. */}
        <bdi>
          <InLink value={true}>{children}</InLink>
        </bdi>
        {needsHost(text, target) && <Host name={target.host} after={text} />}
      </a>
    </Tip>
  )
}

/** `![alt](src)`. */
export function MarkdownImage({ src, alt }: { src?: unknown; alt?: string | undefined }) {
  const { content } = useText()
  const target = linkTarget(src)
  const inLink = useContext(InLink)
  const text = alt?.trim() || content.image
  if (!target || inLink) return <bdi>{text}</bdi>
  return (
    <Tip label={target.host} side="top">
      <a href={target.href} target="_blank" rel="noopener noreferrer nofollow">
        <bdi>{text}</bdi>
        <Host name={target.host} after={text} />
      </a>
    </Tip>
  )
}

function Host({ name, after }: { name: string; after: string }) {
  return (
    <>
      {after.trim() !== '' && ' '}
      <bdi dir="ltr">({name})</bdi>
    </>
  )
}

function textOf(node: ReactNode): string {
  if (typeof node === 'string' || typeof node === 'number') return String(node)
  if (Array.isArray(node)) return node.map(textOf).join('')
  if (!isValidElement<{ children?: ReactNode; alt?: string }>(node)) return ''
  return node.props.alt ?? textOf(node.props.children)
}

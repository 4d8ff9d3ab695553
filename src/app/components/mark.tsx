/** The product's mark: the wire of the conversation. A ring that asks, a line, a point that answers. */
export function Mark({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" fill="none" aria-hidden="true">
      <circle cx="5.5" cy="5" r="3" stroke="currentColor" strokeWidth="1.6" />
      <path d="M5.5 8.5V11a4 4 0 0 0 4 4h1.2" stroke="currentColor" strokeWidth="1.6" />
      <circle cx="14.3" cy="15" r="3.3" fill="var(--accent)" />
    </svg>
  )
}

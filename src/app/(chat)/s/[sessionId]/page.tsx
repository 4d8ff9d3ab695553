/** `/s/<sessionId>`: a session. The layout shows it. */
export default function SessionPage() {
  return null
}

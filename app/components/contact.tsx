/** The way to a person of this installation, or the truth where none was given. */
export function Contact({ address }: { address: string | null }) {
  if (address === null) {
    return (
      <p>
        Cette installation n’a pas encore d’adresse de contact : adressez-vous à la personne qui vous en a donné le
        lien.
      </p>
    );
  }
  return (
    <p>
      Écrivez à <a href={`mailto:${address}`}>{address}</a>. Une personne vous répond.
    </p>
  );
}

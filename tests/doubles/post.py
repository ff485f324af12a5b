"""An SMTP server that records its mails."""


class Post:
    """An SMTP server that accepts one mail, or answers a command as it is told to."""

    def __init__(self):
        self.commands = []
        self.mail = b""
        self.answers = {}

    async def attend(self, reader, writer):
        writer.write(b"220 mail.test\r\n")
        while line := (await reader.readline()).decode().strip():
            self.commands.append(line)
            word = line.split()[0].upper()
            writer.write(f"{self.answers.get(word, '354 go on' if word == 'DATA' else '250 fine')}\r\n".encode())
            if word == "DATA":
                self.mail = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                writer.write(b"250 taken\r\n")
            if word == "QUIT":
                break
        writer.close()

    def said(self, word):
        return [line for line in self.commands if line.upper().startswith(word)]

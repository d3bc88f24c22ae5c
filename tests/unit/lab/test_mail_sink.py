"""The lab's mail server keeps each mail whole, under a name that sorts by its arrival."""

from __future__ import annotations

import smtplib
import threading
from email.message import EmailMessage
from functools import partial
from pathlib import Path

from lab.mail_sink import MailSink, keep


def test_each_mail_is_a_file_as_it_was_sent_lines_with_dots_too(tmp_path: Path) -> None:
    with MailSink(("127.0.0.1", 0), partial(keep, tmp_path)) as sink:
        threading.Thread(target=sink.serve_forever, daemon=True).start()
        with smtplib.SMTP("127.0.0.1", sink.server_address[1]) as client:
            for subject in ("first", "second"):
                mail = EmailMessage()
                mail["From"], mail["To"], mail["Subject"] = "cloud@lab.test", "operators@lab.test", subject
                mail.set_content(".\n.. two dots\nend\n")
                client.send_message(mail)
        sink.shutdown()
    texts = [path.read_text() for path in sorted(tmp_path.iterdir())]
    assert [text.split("Subject: ")[1].splitlines()[0] for text in texts] == ["first", "second"]
    assert all(text.replace("\r\n", "\n").endswith("\n\n.\n.. two dots\nend\n") for text in texts)

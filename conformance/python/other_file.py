"""What two_files.py imports."""


def told(word):
    return "<%s>" % word

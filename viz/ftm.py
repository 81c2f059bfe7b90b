"""placeholder"""


def case_ftm(document, picture):
    return ""

"""APPLY. The open call: its form, drafts that save themselves, attachments, sending.

An application is a draft until it is sent; sending makes an immutable revision, and each later change before the call
closes makes another. Founders act here; what comes out is an application with its revision, for screening.
"""
